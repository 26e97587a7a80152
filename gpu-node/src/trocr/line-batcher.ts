import type { RotatedRect } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';
import type { RecognisedLine } from '../recognise/text-line.ts';
import type { TrocrTask } from './trocr-worker.ts';

/** Reads a batch of lines on another thread. */
export type ReadBatch = (task: TrocrTask) => Promise<(RecognisedLine | null)[]>;

export interface LineBatcherOptions {
  readonly maxBatch: number;
  /** Batches under way at a time. */
  readonly concurrency: number;
}

interface WaitingLine {
  readonly pixels: RgbPixels;
  readonly rect: RotatedRect;
  readonly signal: AbortSignal;
  resolve(line: RecognisedLine | null): void;
  reject(reason: unknown): void;
}

/**
 * Lines of all requests in flight in shared batches, first come, first served; nothing waits for company (see CropBatcher). Every
 * image is squeezed to the same size, so which ones go together does not matter.
 */
export class LineBatcher {
  readonly #read: ReadBatch;
  readonly #options: LineBatcherOptions;
  #waiting: WaitingLine[] = [];
  #underWay = 0;

  constructor(read: ReadBatch, options: LineBatcherOptions) {
    this.#read = read;
    this.#options = options;
  }

  /** @throws what `signal` aborts with, at once; a line that is being read is then left by its batch at the next step. */
  read(pixels: RgbPixels, rect: RotatedRect, signal: AbortSignal): Promise<RecognisedLine | null> {
    signal.throwIfAborted();
    // Afterwards, so that what is asked for in one go leaves together.
    if (this.#waiting.length === 0) queueMicrotask(() => this.#dispatch());
    const { promise, resolve, reject } = Promise.withResolvers<RecognisedLine | null>();
    const line = { pixels, rect, signal, resolve, reject };
    const leave = () => {
      this.#waiting = this.#waiting.filter((other) => other !== line);
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(line);
    return promise.finally(() => signal.removeEventListener('abort', leave));
  }

  #dispatch(): void {
    while (this.#underWay < this.#options.concurrency && this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.maxBatch);
      this.#underWay++;
      this.#run(batch).finally(() => {
        this.#underWay--;
        this.#dispatch();
      });
    }
  }

  /** Never rejects: a failure is the lines' own. */
  async #run(batch: readonly WaitingLine[]): Promise<void> {
    const unwanted = new Uint8Array(new SharedArrayBuffer(batch.length));
    const notes = batch.map(({ signal }, i) => {
      const note = () => Atomics.store(unwanted, i, 1);
      signal.addEventListener('abort', note, { once: true });
      return () => signal.removeEventListener('abort', note);
    });
    try {
      const images = [...new Set(batch.map(({ pixels }) => pixels))];
      const lines = batch.map(({ pixels, rect }) => ({ image: images.indexOf(pixels), rect }));
      const read = await this.#read({ images, lines, unwanted });
      for (const [i, line] of batch.entries()) line.resolve(read[i] ?? null);
    } catch (reason) {
      for (const line of batch) line.reject(reason);
    } finally {
      for (const forget of notes) forget();
    }
  }
}
