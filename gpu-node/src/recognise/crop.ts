import { stretchFor } from '../enhance/contrast.ts';
import { type RotatedRect, rectOf } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';

/** Height of the recogniser's input in pixels. */
export const CROP_HEIGHT = 48;
/** Boxes this much taller than wide hold vertical writing (PaddleOCR's rule). */
const VERTICAL_RATIO = 1.5;

/** The rectangle with its corners turned so that its writing runs left to right. */
export function uprightRect(rect: RotatedRect): RotatedRect {
  if (rect.height < VERTICAL_RATIO * rect.width) return rect;
  const [a, b, c, d] = rect.corners;
  // Which way it reads cannot be seen from the box. As PaddleOCR does, take it to read downwards: its right-hand side
  // becomes the top.
  return rectOf([b, c, d, a]);
}

/** Width in pixels of the crop of a rectangle at CROP_HEIGHT. */
export function cropWidth(rect: RotatedRect): number {
  return Math.max(1, Math.ceil((CROP_HEIGHT * rect.width) / Math.max(1, rect.height)));
}

/**
 * Straighten one rectangle into a row of a batch, with contrast where it has little: planes B, G, R of [CROP_HEIGHT, batchWidth], values −1 to 1, what is
 * left on the right stays 0 (mid grey), as the recogniser was trained.
 * @param target the batch, [n, 3, CROP_HEIGHT, batchWidth].
 */
export function cutCrop(
  image: RgbPixels,
  rect: RotatedRect,
  target: Float32Array,
  index: number,
  batchWidth: number,
): void {
  const width = Math.min(cropWidth(rect), batchWidth);
  const [origin, right, , below] = rect.corners;
  const stepX = { x: (right.x - origin.x) / width, y: (right.y - origin.y) / width };
  const stepY = { x: (below.x - origin.x) / CROP_HEIGHT, y: (below.y - origin.y) / CROP_HEIGHT };
  // Where the source is finer than the crop, one sample a pixel would alias: average a small grid instead.
  const grid = Math.min(4, Math.max(1, Math.round(Math.hypot(stepY.x, stepY.y))));
  const plane = CROP_HEIGHT * batchWidth;
  const base = index * 3 * plane;
  const { data, width: imageWidth, height: imageHeight } = image;
  // Everything in local numbers: this loop takes each pixel of each line, and half the time of one that calls a function.
  const samples = grid * grid;
  const offsets = sampleOffsets(grid);
  const scale = 1 / (samples * 127.5);
  for (let y = 0; y < CROP_HEIGHT; y++) {
    for (let x = 0; x < width; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let sample = 0; sample < samples; sample++) {
        const u = x + offsets[2 * sample]!;
        const v = y + offsets[2 * sample + 1]!;
        // Pixel centres lie at half coordinates; beyond the border the nearest pixel counts.
        const sx = Math.min(Math.max(origin.x + u * stepX.x + v * stepY.x - 0.5, 0), imageWidth - 1);
        const sy = Math.min(Math.max(origin.y + u * stepX.y + v * stepY.y - 0.5, 0), imageHeight - 1);
        const x0 = sx | 0;
        const y0 = sy | 0;
        const fx = sx - x0;
        const fy = sy - y0;
        // Four pixels around the place; at the border a neighbour that is not there has no weight.
        const a = 3 * (y0 * imageWidth + x0);
        const b = fx > 0 ? a + 3 : a;
        const c = fy > 0 ? a + 3 * imageWidth : a;
        const d = c + b - a;
        const wd = fx * fy;
        const wc = fy - wd;
        const wb = fx - wd;
        const wa = 1 - fx - wc;
        red += data[a]! * wa + data[b]! * wb + data[c]! * wc + data[d]! * wd;
        green += data[a + 1]! * wa + data[b + 1]! * wb + data[c + 1]! * wc + data[d + 1]! * wd;
        blue += data[a + 2]! * wa + data[b + 2]! * wb + data[c + 2]! * wc + data[d + 2]! * wd;
      }
      const at = base + y * batchWidth + x;
      target[at] = blue * scale - 1;
      target[at + plane] = green * scale - 1;
      target[at + 2 * plane] = red * scale - 1;
    }
  }
  addContrast(target, base, width, batchWidth);
}

/** Places of grid × grid samples in a pixel, x and y in turn. */
function sampleOffsets(grid: number): Float64Array {
  const centre = (i: number) => (i + 0.5) / grid;
  const places = new Float64Array(2 * grid * grid);
  for (let i = 0; i < grid * grid; i++) places.set([centre(i % grid), centre(Math.floor(i / grid))], 2 * i);
  return places;
}

/** Stretch one crop's brightness in place, judged by its green plane. */
function addContrast(target: Float32Array, base: number, width: number, batchWidth: number): void {
  const plane = CROP_HEIGHT * batchWidth;
  const histogram = new Uint32Array(256);
  for (let y = 0; y < CROP_HEIGHT; y++) {
    const row = base + plane + y * batchWidth;
    for (let at = row; at < row + width; at++) histogram[Math.round((target[at]! + 1) * 127.5)]!++;
  }
  const stretch = stretchFor(histogram);
  if (!stretch) return;
  // The same line on the scale −1 to 1.
  const offset = stretch.gain + stretch.offset / 127.5 - 1;
  for (let row = base; row < base + 3 * plane; row += batchWidth) {
    for (let at = row; at < row + width; at++) {
      target[at] = Math.min(1, Math.max(-1, stretch.gain * target[at]! + offset));
    }
  }
}
