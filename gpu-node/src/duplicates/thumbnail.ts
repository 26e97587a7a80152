import type { RgbPixels } from '../pixels.ts';

/** Grey means, row by row. */
export interface Thumbnail {
  readonly data: Float64Array;
  readonly side: number;
}

/** Edges of a part of an image as shares of its sides, 0 to 1. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Samples a cell takes along a side at most: enough for its mean, and a bound on the time a large page takes. */
const SAMPLES = 16;

/** A part of an image as side × side mean luminances (BT.601), whatever its own proportions. */
export function thumbnailOf(pixels: RgbPixels, part: Part, side: number): Thumbnail {
  const columns = samplesOf(part.left * pixels.width, part.right * pixels.width, pixels.width, side);
  const rows = samplesOf(part.top * pixels.height, part.bottom * pixels.height, pixels.height, side);
  const data = new Float64Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) data[y * side + x] = meanOf(pixels, columns[x]!, rows[y]!);
  }
  return { data, side };
}

/** For each cell the indices that stand for it, evenly spread. */
function samplesOf(from: number, to: number, length: number, side: number): number[][] {
  const step = (to - from) / side;
  const count = Math.max(1, Math.min(SAMPLES, Math.floor(step)));
  return Array.from({ length: side }, (_, cell) =>
    Array.from({ length: count }, (_, i) => {
      const at = Math.floor(from + (cell + (i + 0.5) / count) * step);
      return Math.max(0, Math.min(length - 1, at));
    }),
  );
}

function meanOf({ data, width }: RgbPixels, columns: readonly number[], rows: readonly number[]): number {
  let sum = 0;
  for (const y of rows) {
    for (const x of columns) {
      const at = 3 * (y * width + x);
      sum += 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    }
  }
  return sum / (columns.length * rows.length);
}
