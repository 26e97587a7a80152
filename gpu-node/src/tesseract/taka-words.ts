import type { Stretch, TakaPlace } from './line-file.ts';

export const TAKA = '৳';

/** A word between two places of a line, in pixels. */
export interface PlacedWord extends Stretch {
  readonly text: string;
  readonly confidence: number;
}

const DIGIT = /^[০-৯0-9]/;
/** By its shape alone. */
const CONFIDENCE = 0.9;

/** Puts signs that were taken out of a line back: before the amount that follows, else by themselves. */
export function withTakaSigns(words: readonly PlacedWord[], signs: readonly TakaPlace[]): PlacedWord[] {
  const all = [...words];
  for (const sign of signs) {
    const middle = (sign.x0 + sign.x1) / 2;
    // Tesseract's boxes are rough: what ends before the sign's middle stands before it.
    const at = all.findIndex((word) => (word.x0 + word.x1) / 2 > middle);
    const next = all[at];
    if (next && sign.touchesNext && DIGIT.test(next.text)) {
      all[at] = { ...next, text: TAKA + next.text, x0: Math.min(sign.x0, next.x0) };
    } else {
      all.splice(at === -1 ? all.length : at, 0, { x0: sign.x0, x1: sign.x1, text: TAKA, confidence: CONFIDENCE });
    }
  }
  return all;
}
