/**
 * Resizing as Pillow does it (libImaging/Resample.c), to the bit: TrOCR was trained and is compared on such images. Two passes,
 * each rounded to whole numbers, with filters that widen where an image is made smaller.
 */
import type { RgbPixels, Size } from '../pixels.ts';

/** Of what image processors ask for by number; the others were never TrOCR's. */
export type Resample = 'bilinear' | 'bicubic';

interface Filter {
  /** How far it reaches, in pixels of the source when nothing is made smaller. */
  readonly support: number;
  weight(distance: number): number;
}

/** Pillow's bicubic has −0.5 where others have −0.75. */
const A = -0.5;

const FILTERS: Record<Resample, Filter> = {
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  bicubic: {
    support: 2,
    weight(distance) {
      const x = Math.abs(distance);
      if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    },
  },
};

/** Binary digits after the point of a weight. */
const PRECISION = 22;
const HALF = 2 ** (PRECISION - 1);

export function resizeAsPillow(image: RgbPixels, { width, height }: Size, resample: Resample): RgbPixels {
  const wide = image.width === width ? image : resizeRows(image, width, FILTERS[resample]);
  return wide.height === height ? wide : resizeColumns(wide, height, FILTERS[resample]);
}

/** What each pixel of the result is made of: `count` pixels of the source from `first` on. */
interface Contribution {
  readonly first: number;
  readonly weights: Int32Array;
}

function contributions(from: number, to: number, filter: Filter): Contribution[] {
  const scale = from / to;
  const widening = Math.max(1, scale);
  const support = filter.support * widening;
  return Array.from({ length: to }, (_, at) => {
    const centre = (at + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const raw = Array.from({ length: end - first }, (_, i) => filter.weight((first + i - centre + 0.5) / widening));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: Int32Array.from(raw, (weight) => fixed(sum === 0 ? weight : weight / sum)) };
  });
}

/** Rounded away from zero at the half, as C does it there. */
function fixed(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION + (weight < 0 ? -0.5 : 0.5));
}

function resizeRows({ data, width, height }: RgbPixels, newWidth: number, filter: Filter): RgbPixels {
  const result = new Uint8ClampedArray(3 * newWidth * height);
  const parts = contributions(width, newWidth, filter);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < newWidth; x++) {
      const { first, weights } = parts[x]!;
      sumInto(result, 3 * (y * newWidth + x), data, 3 * (y * width + first), 3, weights);
    }
  }
  return { data: new Uint8Array(result.buffer), width: newWidth, height };
}

function resizeColumns({ data, width, height }: RgbPixels, newHeight: number, filter: Filter): RgbPixels {
  const result = new Uint8ClampedArray(3 * width * newHeight);
  const parts = contributions(height, newHeight, filter);
  for (let y = 0; y < newHeight; y++) {
    const { first, weights } = parts[y]!;
    for (let x = 0; x < width; x++) {
      sumInto(result, 3 * (y * width + x), data, 3 * (first * width + x), 3 * width, weights);
    }
  }
  return { data: new Uint8Array(result.buffer), width, height: newHeight };
}

/** One pixel of the result. Sums stay below 2³¹: weights add up to 2²², and bicubic ones overshoot by less than half. */
function sumInto(
  target: Uint8ClampedArray,
  at: number,
  source: Uint8Array,
  start: number,
  step: number,
  weights: Int32Array,
): void {
  let red = HALF;
  let green = HALF;
  let blue = HALF;
  for (let i = 0, from = start; i < weights.length; i++, from += step) {
    const weight = weights[i]!;
    red += source[from]! * weight;
    green += source[from + 1]! * weight;
    blue += source[from + 2]! * weight;
  }
  target[at] = red >> PRECISION;
  target[at + 1] = green >> PRECISION;
  target[at + 2] = blue >> PRECISION;
}
