import type { RotatedRect } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';
import { rectAround } from './layer-lines.ts';
import type { LayerWord } from './layer-words.ts';
import type { Box } from './page-glyphs.ts';

/** Smaller writing is for machines or to be hidden, in pixels. */
const MIN_EM = 4;
/** How far ink differs from its ground at least, of 255. White on white and a pale watermark do not. */
const MIN_CONTRAST = 32;
/** Of the word's box: a full stop has more. */
const MIN_INK_SHARE = 0.01;

/** Whether something is to be seen where a word is said to stand. */
export function isSeen(word: LayerWord, pixels: RgbPixels): boolean {
  if (word.em < MIN_EM) return false;
  const box = boundsOf(rectAround([word]));
  const inside = within(box, pixels);
  if (area(inside) < 0.5 * area(box)) return false;
  return inkShare(inside, pixels) >= MIN_INK_SHARE;
}

/** Share of a box that differs from its most common shade. */
function inkShare(box: Box, pixels: RgbPixels): number {
  const shades = new Uint32Array(256);
  let count = 0;
  forEachPixel(box, pixels, (shade) => {
    shades[shade]!++;
    count++;
  });
  const ground = shades.indexOf(Math.max(...shades));
  const ink = shades.reduce((sum, n, shade) => (Math.abs(shade - ground) >= MIN_CONTRAST ? sum + n : sum), 0);
  return count === 0 ? 0 : ink / count;
}

function forEachPixel({ left, top, right, bottom }: Box, { data, width }: RgbPixels, use: (shade: number) => void) {
  for (let y = top; y < bottom; y++) {
    for (let at = 3 * (y * width + left), x = left; x < right; x++, at += 3) use(shadeAt(data, at));
  }
}

/** Luma as ITU-R BT.601 weighs it. */
export function shadeAt(rgb: Uint8Array, at: number): number {
  return (77 * rgb[at]! + 150 * rgb[at + 1]! + 29 * rgb[at + 2]!) >> 8;
}

export function boundsOf({ corners }: RotatedRect): Box {
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** In whole pixels, what of a box lies on the page. */
export function within({ left, top, right, bottom }: Box, { width, height }: RgbPixels): Box {
  const clamp = (value: number, end: number) => Math.min(end, Math.max(0, value));
  return {
    left: clamp(Math.floor(left), width),
    top: clamp(Math.floor(top), height),
    right: clamp(Math.ceil(right), width),
    bottom: clamp(Math.ceil(bottom), height),
  };
}

/** What two boxes share; of no or negative size when they share nothing. */
export function overlap(a: Box, b: Box): Box {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  };
}

export function area({ left, top, right, bottom }: Box): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}
