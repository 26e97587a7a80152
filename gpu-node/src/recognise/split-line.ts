/**
 * Over-long lines in parts. One crop's width decides the memory and time of its whole batch, and a box may be as long
 * as a page is wide; so lines beyond a width are cut at gaps between words, and their parts joined again as text.
 */
import { type RotatedRect, stretchOf } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';
import { CROP_HEIGHT, cropWidth, cutCrop } from './crop.ts';

/** A part of a line, in order from left to right. */
export interface LinePart {
  readonly rect: RotatedRect;
  /** False where no gap was found and a word may have been cut. */
  readonly startsWord: boolean;
}

/** Rows of the crop that are looked at: above and below are neighbours' ascenders and descenders. */
const [TOP, BOTTOM] = [6, 42];
/** A column with less contrast than this share of what the line's better columns have holds no stroke. */
const BLANK_SHARE = 0.35;
/** Narrower gaps stand between letters; pixels of the crop. */
const LEAST_GAP = 10;
/** A part ends in the second half of what it may have. */
const EARLIEST_CUT = 0.5;

/**
 * @param maxWidth of a part, in pixels of a crop.
 * @returns the line itself when it is no longer than that.
 */
export function splitLine(image: RgbPixels, rect: RotatedRect, maxWidth: number): LinePart[] {
  const width = cropWidth(rect);
  if (width <= maxWidth) return [{ rect, startsWord: true }];
  const contrast = columnContrast(image, rect, width);
  const parts: LinePart[] = [];
  let from = 0;
  let startsWord = true;
  while (width - from > maxWidth) {
    const cut = bestCut(contrast, from + Math.floor(EARLIEST_CUT * maxWidth), from + maxWidth);
    parts.push({ rect: stretchOf(rect, from / width, cut.at / width), startsWord });
    from = cut.at;
    startsWord = cut.isGap;
  }
  parts.push({ rect: stretchOf(rect, from / width, 1), startsWord });
  return parts;
}

/** The span from darkest to lightest pixel of each column. */
function columnContrast(image: RgbPixels, rect: RotatedRect, width: number): Float32Array {
  const crop = new Float32Array(3 * CROP_HEIGHT * width);
  cutCrop(image, rect, crop, 0, width);
  const green = crop.subarray(CROP_HEIGHT * width);
  return Float32Array.from({ length: width }, (_, x) => {
    let [darkest, lightest] = [1, -1];
    for (let y = TOP; y < BOTTOM; y++) {
      const value = green[y * width + x]!;
      darkest = Math.min(darkest, value);
      lightest = Math.max(lightest, value);
    }
    return lightest - darkest;
  });
}

/** The middle of the widest gap between two columns; without one, the column with the least contrast. */
function bestCut(contrast: Float32Array, from: number, to: number): { at: number; isGap: boolean } {
  const blank = BLANK_SHARE * contrast.toSorted()[Math.floor(0.9 * contrast.length)]!;
  let widest = { start: from, length: 0 };
  let start = from;
  let least = from;
  for (let x = from; x <= to; x++) {
    if (x < to && contrast[x]! < contrast[least]!) least = x;
    if (x < to && contrast[x]! <= blank) continue;
    if (x - start > widest.length) widest = { start, length: x - start };
    start = x + 1;
  }
  if (widest.length >= LEAST_GAP) return { at: widest.start + Math.floor(widest.length / 2), isGap: true };
  return { at: Math.max(least, from + 1), isGap: false };
}
