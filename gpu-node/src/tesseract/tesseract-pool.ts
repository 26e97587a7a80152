import { languageFolder } from './language-data.ts';
import {
  startTesseractWorker,
  type TesseractLanguages,
  type TesseractWord,
  type TesseractWorker,
} from './tesseract-worker.ts';

export interface TesseractPoolOptions {
  /** Threads at most; none is started before it is needed. */
  readonly workers: number;
  /** A worker is replaced after so many lines: its memory only grows. */
  readonly linesPerWorker: number;
  /** A line at most; then its worker is ended. A worker that starts has as long. */
  readonly timeoutMs: number;
  /** Workers without work end after this. */
  readonly idleMs: number;
  /** For tests; default: real ones. */
  readonly start?: typeof startTesseractWorker;
}

interface Ask {
  readonly languages: TesseractLanguages;
  readonly file: Uint8Array;
  readonly signal: AbortSignal;
  resolve(words: TesseractWord[]): void;
  reject(reason: unknown): void;
}

interface Slot {
  /** null while it starts. */
  worker: TesseractWorker | null;
  isBusy: boolean;
  linesRead: number;
  idleTimer?: NodeJS.Timeout;
}

/** Workers that share the lines of all requests, in order of arrival. */
export class TesseractPool {
  readonly #options: TesseractPoolOptions;
  readonly #start: typeof startTesseractWorker;
  readonly #slots = new Set<Slot>();
  readonly #ends = new Set<Promise<unknown>>();
  #waiting: Ask[] = [];
  #closed = false;

  constructor(options: TesseractPoolOptions) {
    this.#options = options;
    this.#start = options.start ?? startTesseractWorker;
  }

  /** Threads that live or start. */
  get size(): number {
    return this.#slots.size;
  }

  /**
   * @param file a PGM of one line.
   * @throws Error when Tesseract fails or takes too long; what `signal` aborts with, while the line waits.
   */
  read(languages: TesseractLanguages, file: Uint8Array, signal: AbortSignal): Promise<TesseractWord[]> {
    if (this.#closed) return Promise.reject(new Error('Tesseract has been closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ languages, file, signal, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const ask of this.#waiting.splice(0)) ask.reject(new Error('Tesseract has been closed'));
    for (const slot of [...this.#slots]) this.#end(slot);
    await Promise.all(this.#ends);
  }

  #dispatch(): void {
    for (const ask of this.#waiting) if (ask.signal.aborted) ask.reject(ask.signal.reason);
    this.#waiting = this.#waiting.filter(({ signal }) => !signal.aborted);
    while (this.#waiting.length > 0) {
      const ask = this.#waiting[0]!;
      const slot = this.#slotFor(ask.languages);
      if (!slot) return;
      this.#waiting.shift();
      slot.isBusy = true;
      clearTimeout(slot.idleTimer);
      void this.#serve(slot, ask);
    }
  }

  /** An idle worker that knows the languages, else a new one, if need be in place of an idle one of other languages. */
  #slotFor(languages: TesseractLanguages): Slot | null {
    const idle = [...this.#slots].filter((slot) => !slot.isBusy);
    const known = idle.find(({ worker }) => worker?.languages === languages);
    if (known) return known;
    if (this.#slots.size >= this.#options.workers) {
      if (!idle[0]) return null;
      this.#end(idle[0]);
    }
    const slot: Slot = { worker: null, isBusy: false, linesRead: 0 };
    this.#slots.add(slot);
    return slot;
  }

  /** Never rejects: a failure is the line's own. */
  async #serve(slot: Slot, ask: Ask): Promise<void> {
    const { timeoutMs } = this.#options;
    try {
      slot.worker ??= await this.#startFor(slot, ask.languages);
      ask.resolve(await within(timeoutMs, slot.worker.read(ask.file)));
      slot.linesRead++;
      if (slot.linesRead >= this.#options.linesPerWorker) this.#end(slot);
    } catch (error) {
      // Whatever state it is in: the next line gets a new one.
      this.#end(slot);
      ask.reject(error instanceof Error ? error : new Error(String(error)));
    }
    slot.isBusy = false;
    if (this.#closed) this.#end(slot);
    if (this.#slots.has(slot)) {
      slot.idleTimer = setTimeout(() => this.#end(slot), this.#options.idleMs);
      slot.idleTimer.unref();
    }
    this.#dispatch();
  }

  async #startFor(slot: Slot, languages: TesseractLanguages): Promise<TesseractWorker> {
    const starting = this.#start(languages, languageFolder(languages), () => this.#end(slot));
    // One that comes too late is ended as it comes.
    return within(this.#options.timeoutMs, starting).catch((error) => {
      this.#track(starting.then((worker) => worker.end()).catch(() => undefined));
      throw error;
    });
  }

  #end(slot: Slot): void {
    if (!this.#slots.delete(slot)) return;
    clearTimeout(slot.idleTimer);
    if (slot.worker) this.#track(slot.worker.end());
  }

  #track(end: Promise<unknown>): void {
    const tracked = end.finally(() => this.#ends.delete(tracked));
    this.#ends.add(tracked);
  }
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Tesseract gave no answer within ${milliseconds} ms`)),
      milliseconds,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
