import type { RotatedRect } from '../geometry.ts';
import type { InferencePool } from '../inference/inference-pool.ts';
import { bufferOf } from '../inference/tensor.ts';
import type { RgbPixels } from '../pixels.ts';
import type { StagePool } from '../workers/stage-pool.ts';
import { type BatchOptions, type Sized, takeBatch } from './batches.ts';
import { cropWidth } from './crop.ts';
import type { ReadWord } from './words.ts';

/** A crop that waits for its batch. */
interface WaitingCrop extends Sized {
  readonly pixels: RgbPixels;
  readonly rect: RotatedRect;
  readonly signal: AbortSignal;
  resolve(words: ReadWord[]): void;
  reject(reason: unknown): void;
}

/** A batch as it leaves. */
export interface LeavingBatch {
  readonly network: string;
  readonly crops: number;
  /** Of its input: the crops, and blank ones where inputs are padded to shapes. */
  readonly rows: number;
  /** Share of the crops or the width that a batch may have, whichever is more; 0 to 1. */
  readonly fill: number;
}

export type BatchObserver = (batch: LeavingBatch) => void;

export interface CropBatcherOptions extends BatchOptions {
  readonly network: 'recognise' | 'skim';
  /** Batches under way at a time: one more than the networks run, so that the next is cut meanwhile. */
  readonly concurrency: number;
  readonly onBatch?: BatchObserver | undefined;
}

/**
 * Reads the crops of all requests in flight in shared batches. Nothing waits for company: a batch leaves as soon as a
 * place is free, with the crop that has waited longest and whatever fits beside it. So an idle node answers at once, a
 * busy one fills its batches, and nobody is overtaken for long.
 */
export class CropBatcher {
  readonly #stages: StagePool;
  readonly #inference: InferencePool;
  readonly #options: CropBatcherOptions;
  #waiting: WaitingCrop[] = [];
  #underWay = 0;

  constructor(stages: StagePool, inference: InferencePool, options: CropBatcherOptions) {
    this.#stages = stages;
    this.#inference = inference;
    this.#options = options;
  }

  /**
   * Read the text in an upright rectangle of an image. What is asked for in one go had best come narrowest first.
   * @throws what `signal` aborts with; a crop that still waits is then dropped.
   */
  read(pixels: RgbPixels, rect: RotatedRect, signal: AbortSignal): Promise<ReadWord[]> {
    // Afterwards, so that what is asked for in one go leaves together.
    if (this.#waiting.length === 0) queueMicrotask(() => this.#dispatch());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ pixels, rect, width: cropWidth(rect), signal, resolve, reject });
    });
  }

  #dispatch(): void {
    while (this.#underWay < this.#options.concurrency) {
      this.#dropAborted();
      if (this.#waiting.length === 0) return;
      const { batch, ...size } = takeBatch(this.#waiting, this.#options);
      this.#tell(batch.length, size);
      const taken = new Set(batch);
      this.#waiting = this.#waiting.filter((crop) => !taken.has(crop));
      this.#underWay++;
      this.#run(batch, size).finally(() => {
        this.#underWay--;
        this.#dispatch();
      });
    }
  }

  #tell(crops: number, { width, rows }: { width: number; rows: number }): void {
    const { onBatch, network, maxCrops, maxTotalWidth } = this.#options;
    // A single crop may be wider than a batch may be.
    const fill = Math.min(1, Math.max(crops / maxCrops, (crops * width) / maxTotalWidth));
    onBatch?.({ network, crops, rows, fill });
  }

  #dropAborted(): void {
    const aborted = this.#waiting.filter((crop) => crop.signal.aborted);
    if (aborted.length === 0) return;
    this.#waiting = this.#waiting.filter((crop) => !crop.signal.aborted);
    for (const crop of aborted) crop.reject(crop.signal.reason);
  }

  /** Never rejects: a failure is the crops' own. */
  async #run(batch: readonly WaitingCrop[], size: { width: number; rows: number }): Promise<void> {
    try {
      const images = [...new Set(batch.map((crop) => crop.pixels))];
      const crops = batch.map(({ pixels, rect }) => ({ image: images.indexOf(pixels), rect }));
      const input = await this.#stages.run('cutCrops', { images, crops, ...size });
      const probabilities = await this.#inference.run(this.#options.network, input);
      const read = await this.#stages.run('words', { probabilities, count: batch.length }, [bufferOf(probabilities)]);
      for (const [i, crop] of batch.entries()) crop.resolve(read[i]!);
    } catch (reason) {
      for (const crop of batch) crop.reject(reason);
    }
  }
}
