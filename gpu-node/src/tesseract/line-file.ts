import type { RotatedRect } from '../geometry.ts';
import type { RgbPixels } from '../pixels.ts';
import { findGlyphs } from './glyphs.ts';
import { cutGreyLine, LINE_HEIGHT, pgmOf, withoutGlyphs } from './grey-line.ts';
import { findTakaSigns } from './taka-sign.ts';

/** A line as Tesseract is given it. */
export interface LineFile {
  readonly file: Uint8Array<ArrayBuffer>;
  /** Of blank paper Tesseract reads a word or two all the same. */
  readonly isBlank: boolean;
  /** With the margin. */
  readonly width: number;
  /** What was cut, a little larger than what was asked for. */
  readonly rect: RotatedRect;
  /** Where signs of the taka were, that were taken out; in pixels of the file, from left to right. */
  readonly signs: readonly TakaPlace[];
}

/** Between two places of a line. */
export interface Stretch {
  readonly x0: number;
  readonly x1: number;
}

export interface TakaPlace extends Stretch {
  /** Whether the ink that follows is as near as the digits of an amount are. */
  readonly touchesNext: boolean;
}

/** Of the sign's width; a space is wider. */
const MAX_GAP = 0.36;

/** Between the lightest and the darkest pixel, of 255: with less there is no ink. */
const MIN_CONTRAST = 16;

export function lineFile(pixels: RgbPixels, rect: RotatedRect, language: 'en' | 'bn'): LineFile {
  const { grey, rect: cut } = cutGreyLine(pixels, rect);
  const glyphs = language === 'bn' ? findGlyphs(grey) : [];
  const signs = findTakaSigns(glyphs, grey, LINE_HEIGHT);
  return {
    file: pgmOf(signs.length > 0 ? withoutGlyphs(grey, signs) : grey),
    isBlank: contrastOf(grey.data) < MIN_CONTRAST,
    width: grey.width,
    rect: cut,
    signs: signs.map(({ left, width }) => {
      const x1 = left + width;
      const next = Math.min(...glyphs.map((glyph) => glyph.left).filter((x) => x >= x1));
      return { x0: left, x1, touchesNext: next - x1 <= MAX_GAP * width };
    }),
  };
}

function contrastOf(data: Uint8Array): number {
  let [least, most] = [255, 0];
  for (const value of data) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return most - least;
}
