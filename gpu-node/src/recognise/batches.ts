import { bucketOf, type ShapeBuckets } from '../inference/shape-buckets.ts';

export interface BatchOptions {
  /** At most so many crops. */
  readonly maxCrops: number;
  /** At most so many pixels of width in all, padding included; bounds memory and the time of one run. */
  readonly maxTotalWidth: number;
  /** Empty pixels to the right of the widest crop. */
  readonly padding: number;
  /** Widths and numbers of crops that inputs are padded to, rising; without them inputs are as small as they can be. */
  readonly buckets?: Pick<ShapeBuckets, 'widths' | 'rows'> | null;
}

export interface Sized {
  /** Width in pixels of the crop. */
  readonly width: number;
}

/** One step of the recogniser's output is 8 pixels wide; 32 keeps its inner layers aligned. */
const STRIDE = 32;

/**
 * Choose the next batch from crops in order of arrival: the first, and then wider ones, nearest in width first, whoever
 * they belong to, so that little of a batch is padding. Requests hand in their crops narrowest first.
 * @returns the crops, narrowest first, and the width and rows of the batch's input. A single crop may exceed
 * maxTotalWidth.
 */
export function takeBatch<T extends Sized>(
  waiting: readonly T[],
  options: BatchOptions,
): { batch: T[]; width: number; rows: number } {
  const { widths, rows } = options.buckets ?? {};
  const inputWidth = (crop: number) => bucketOf(Math.ceil((crop + options.padding) / STRIDE) * STRIDE, widths);
  const first = waiting[0];
  if (!first) throw new RangeError('There are no crops to take');
  const candidates = waiting
    .filter((crop) => crop.width >= first.width && crop !== first)
    .sort((a, b) => a.width - b.width);
  const batch = [first];
  for (const crop of candidates) {
    const fits = inputWidth(crop.width) * bucketOf(batch.length + 1, rows) <= options.maxTotalWidth;
    if (!fits || batch.length >= options.maxCrops) break;
    batch.push(crop);
  }
  return { batch, width: inputWidth(batch.at(-1)!.width), rows: bucketOf(batch.length, rows) };
}
