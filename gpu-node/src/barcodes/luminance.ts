import type { RgbPixels } from '../pixels.ts';

/** Grey pixels, row by row, one byte each: what both barcode readers work on. */
export interface Luminance {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * BT.601 luma, with the same integer weights as zxing-wasm's own conversion. An image of far more than `maxPixels` is made
 * smaller on the way, by means over blocks that leave about so many: a tenth of a second less than scaling it afterwards.
 */
export function toLuminance(pixels: RgbPixels, maxPixels = Infinity): Luminance {
  const block = Math.round(Math.sqrt((pixels.width * pixels.height) / maxPixels));
  return block > 1 && block <= Math.min(pixels.width, pixels.height) ? blockMeans(pixels, block) : everyPixel(pixels);
}

function everyPixel({ data, width, height }: RgbPixels): Luminance {
  const grey = new Uint8Array(width * height);
  for (let i = 0, j = 0; i < grey.length; i++, j += 3) {
    grey[i] = (306 * data[j]! + 601 * data[j + 1]! + 117 * data[j + 2]! + 512) >> 10;
  }
  return { data: grey, width, height };
}

/** What is left of the last row and column of blocks is left out. */
function blockMeans({ data, width, height }: RgbPixels, block: number): Luminance {
  const small = { width: Math.floor(width / block), height: Math.floor(height / block) };
  const grey = new Uint8Array(small.width * small.height);
  const sums = new Float64Array(small.width);
  for (let y = 0; y < small.height; y++) {
    sums.fill(0);
    for (let row = y * block; row < (y + 1) * block; row++) {
      let at = row * width * 3;
      for (let x = 0; x < small.width; x++) {
        let sum = 0;
        for (let k = 0; k < block; k++, at += 3) sum += 306 * data[at]! + 601 * data[at + 1]! + 117 * data[at + 2]!;
        sums[x]! += sum;
      }
    }
    for (let x = 0; x < small.width; x++) grey[y * small.width + x] = sums[x]! / (1024 * block * block) + 0.5;
  }
  return { data: grey, ...small };
}

/** The image scaled so that it has at most `maxPixels`; the very same object where it has no more already. */
export function limitPixels(image: Luminance, maxPixels: number): Luminance {
  const pixels = image.width * image.height;
  return pixels <= maxPixels ? image : resize(image, Math.sqrt(maxPixels / pixels));
}

/** Scale both sides. Enlarging is bilinear; shrinking takes area means, because thin bars must not fall between samples. */
export function resize(image: Luminance, scale: number): Luminance {
  const width = Math.max(1, Math.floor(image.width * scale));
  const height = Math.max(1, Math.floor(image.height * scale));
  const columns = taps(image.width, width);
  const rows = taps(image.height, height);
  const data = new Uint8Array(width * height);
  const sums = new Float32Array(image.width);
  for (let y = 0; y < height; y++) {
    sums.fill(0.5); // to round, not truncate
    for (let k = 0; k < rows.count; k++) {
      const weight = rows.weights[y * rows.count + k]!;
      if (weight > 0) addRow(sums, image.data, (rows.first[y]! + k) * image.width, weight);
    }
    sampleRow(data.subarray(y * width, (y + 1) * width), sums, columns);
  }
  return { data, width, height };
}

function addRow(sums: Float32Array, data: Uint8Array, offset: number, weight: number): void {
  for (let x = 0; x < sums.length; x++) sums[x]! += weight * data[offset + x]!;
}

function sampleRow(target: Uint8Array, source: Float32Array, { first, count, weights }: Taps): void {
  for (let x = 0; x < target.length; x++) {
    let sum = 0;
    // A tap beyond the edge has weight 0, but its sample would be undefined, and NaN spreads.
    for (let k = 0; k < count; k++) sum += weights[x * count + k]! * (source[first[x]! + k] ?? 0);
    target[x] = sum;
  }
}

interface Taps {
  readonly first: Int32Array;
  readonly count: number;
  /** `count` weights for each target sample, summing to 1. */
  readonly weights: Float32Array;
}

/** A tent filter as wide as one target sample, and never narrower than one source sample. */
function taps(from: number, to: number): Taps {
  const step = from / to;
  const radius = Math.max(1, step);
  const count = Math.ceil(2 * radius) + 1;
  const first = new Int32Array(to);
  const weights = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * step - 0.5;
    first[i] = Math.max(0, Math.min(from - count, Math.ceil(centre - radius)));
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = first[i]! + k < from ? Math.max(0, 1 - Math.abs(first[i]! + k - centre) / radius) : 0;
      weights[i * count + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < count; k++) weights[i * count + k]! /= sum;
  }
  return { first, count, weights };
}

/** Unsharp mask: adds `amount` times what a blur of `radius` pixels takes away. */
export function sharpen(image: Luminance, radius: number, amount: number): Luminance {
  const { width, height } = image;
  // Two box blurs one after the other come close to a Gaussian.
  const blurred = boxBlur(boxBlur(image.data, width, height, radius), width, height, radius);
  const data = new Uint8ClampedArray(image.data.length);
  for (let i = 0; i < data.length; i++) data[i] = image.data[i]! + amount * (image.data[i]! - blurred[i]!);
  return { data: new Uint8Array(data.buffer), width, height };
}

function boxBlur(source: ArrayLike<number>, width: number, height: number, radius: number): Float32Array {
  const across = new Float32Array(width * height);
  for (let y = 0; y < height; y++) slidingMean(source, across, y * width, 1, width, radius);
  const down = new Float32Array(width * height);
  for (let x = 0; x < width; x++) slidingMean(across, down, x, width, height, radius);
  return down;
}

/** Mean over `2 × radius + 1` samples of one line, the ends repeated beyond the edge. */
function slidingMean(
  source: ArrayLike<number>,
  target: Float32Array,
  offset: number,
  stride: number,
  length: number,
  radius: number,
): void {
  const at = (i: number) => source[offset + Math.max(0, Math.min(length - 1, i)) * stride]!;
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += at(i);
  for (let i = 0; i < length; i++) {
    target[offset + i * stride] = sum / (2 * radius + 1);
    sum += at(i + radius + 1) - at(i - radius);
  }
}

/** Two box blurs of `radius` pixels: grain, moiré and raster dots go, bars wider than them stay. */
export function soften({ data, width, height }: Luminance, radius: number): Luminance {
  const blurred = boxBlur(boxBlur(data, width, height, radius), width, height, radius);
  const result = new Uint8Array(data.length);
  for (let i = 0; i < result.length; i++) result[i] = blurred[i]! + 0.5;
  return { data: result, width, height };
}
