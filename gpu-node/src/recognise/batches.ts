/** Crops that run through the recogniser together. */
export interface Batch {
  /** Indexes of the crops, in the order of the batch. */
  readonly indexes: number[];
  /** Width in pixels of the batch's input: that of its widest crop plus padding, on the stride. */
  readonly width: number;
}

export interface BatchOptions {
  /** At most so many crops. */
  readonly maxCrops: number;
  /** At most so many pixels of width in all; bounds memory and the time of one run. */
  readonly maxTotalWidth: number;
  /** Empty pixels to the right of the widest crop. */
  readonly padding: number;
}

/** One step of the recogniser's output is 8 pixels wide; 32 keeps its inner layers aligned. */
const STRIDE = 32;

/** Group crops of similar width, so that little of a batch is padding. */
export function planBatches(widths: readonly number[], options: BatchOptions): Batch[] {
  const order = widths.map((_, i) => i).sort((a, b) => widths[a]! - widths[b]!);
  const batches: Batch[] = [];
  let indexes: number[] = [];
  const inputWidth = (crop: number) => Math.ceil((crop + options.padding) / STRIDE) * STRIDE;
  for (const index of order) {
    const width = inputWidth(widths[index]!);
    const full = indexes.length >= options.maxCrops || width * (indexes.length + 1) > options.maxTotalWidth;
    if (indexes.length > 0 && full) {
      batches.push({ indexes, width: inputWidth(widths[indexes.at(-1)!]!) });
      indexes = [];
    }
    indexes.push(index);
  }
  if (indexes.length > 0) batches.push({ indexes, width: inputWidth(widths[indexes.at(-1)!]!) });
  return batches;
}
