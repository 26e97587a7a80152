/**
 * The few shapes that inputs have on a GPU. CUDA looks for the best algorithm of each convolution anew for every shape
 * it meets, which takes up to seconds, and TensorRT builds an engine: inputs are padded to shapes that were all run
 * before the node took its first request. On the CPU a new shape costs nothing, and padding does.
 */

export interface ShapeBuckets {
  /** Widths of a batch of crops in pixels, rising. */
  readonly widths: readonly number[];
  /** Crops in a batch, rising. */
  readonly rows: readonly number[];
  /** Sides of the detector's input in pixels, rising. */
  readonly sides: readonly number[];
}

const STRIDE = 32;
const WIDTHS = [160, 320, 480, 640, 960, 1280];
const ROWS = [1, 4, 16, 64];
/** Shares of the longest side: receipts are a quarter to half as wide as they are long, photos three quarters. */
const SIDES = [1 / 4, 1 / 2, 3 / 4, 1];

export interface LargestShapes {
  /** Widest crop with its padding, in pixels. */
  readonly width: number;
  /** Crops in a batch at most. */
  readonly rows: number;
  /** Longest side of the detector's input in pixels. */
  readonly side: number;
}

export function shapeBuckets({ width, rows, side }: LargestShapes): ShapeBuckets {
  const widest = onStride(width);
  return {
    widths: [...WIDTHS.filter((bucket) => bucket < widest), widest],
    rows: [...ROWS.filter((bucket) => bucket < rows), rows],
    sides: [...new Set(SIDES.map((share) => onStride(share * side)))],
  };
}

/** The smallest bucket that holds a value; what is beyond them all is its own. Without buckets, the value. */
export function bucketOf(value: number, buckets: readonly number[] | undefined): number {
  return buckets?.find((bucket) => bucket >= value) ?? value;
}

/** Every shape the detector meets. */
export function detectorShapes({ sides }: ShapeBuckets): number[][] {
  return sides.flatMap((height) => sides.map((width) => [1, 3, height, width]));
}

/** Every shape the recogniser meets. @param maxTotalWidth pixels of width in a batch of several crops. */
export function recogniserShapes({ widths, rows }: ShapeBuckets, height: number, maxTotalWidth: number): number[][] {
  return widths.flatMap((width) =>
    rows.filter((count) => count === 1 || count * width <= maxTotalWidth).map((count) => [count, 3, height, width]),
  );
}

function onStride(pixels: number): number {
  return Math.ceil(pixels / STRIDE) * STRIDE;
}
