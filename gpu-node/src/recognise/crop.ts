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
  const rgb = new Float32Array(3);
  for (let y = 0; y < CROP_HEIGHT; y++) {
    for (let x = 0; x < width; x++) {
      rgb.fill(0);
      for (let gy = 0; gy < grid; gy++) {
        for (let gx = 0; gx < grid; gx++) {
          const u = x + (gx + 0.5) / grid;
          const v = y + (gy + 0.5) / grid;
          // Pixel centres lie at half coordinates.
          addBilinear(
            image,
            origin.x + u * stepX.x + v * stepY.x - 0.5,
            origin.y + u * stepX.y + v * stepY.y - 0.5,
            rgb,
          );
        }
      }
      const scale = 1 / (grid * grid * 127.5);
      const at = base + y * batchWidth + x;
      target[at] = rgb[2]! * scale - 1;
      target[at + plane] = rgb[1]! * scale - 1;
      target[at + 2 * plane] = rgb[0]! * scale - 1;
    }
  }
  addContrast(target, base, width, batchWidth);
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

/** Add the bilinear sample at (x, y) to rgb; beyond the border the nearest pixel counts. */
function addBilinear(image: RgbPixels, x: number, y: number, rgb: Float32Array): void {
  const { data, width, height } = image;
  const cx = Math.min(Math.max(x, 0), width - 1);
  const cy = Math.min(Math.max(y, 0), height - 1);
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const fx = cx - x0;
  const fy = cy - y0;
  const p = 3 * (y0 * width + x0);
  const dx = x0 + 1 < width ? 3 : 0;
  const dy = y0 + 1 < height ? 3 * width : 0;
  const w00 = (1 - fx) * (1 - fy);
  const w10 = fx * (1 - fy);
  const w01 = (1 - fx) * fy;
  const w11 = fx * fy;
  for (let c = 0; c < 3; c++) {
    rgb[c]! += data[p + c]! * w00 + data[p + dx + c]! * w10 + data[p + dy + c]! * w01 + data[p + dx + dy + c]! * w11;
  }
}
