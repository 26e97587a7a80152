/**
 * The sign of the taka, ৳, is not among the characters that Tesseract's Bengali network knows: it reads ৮, ট, ১ or two of them,
 * and makes another amount of the price. So the sign is found by its shape, and taken out of the line before Tesseract
 * reads it. `npm run bench -- taka` fits the weights, on fonts of Debian, and tells how right they are.
 */
import type { Glyph, GreyPixels } from './glyphs.ts';
import weights from './taka-weights.json' with { type: 'json' };

/** Cells that a glyph is looked at in. */
const COLUMNS = 9;
const ROWS = 13;
/** Of the line's height, and of its own: other glyphs are not looked at. */
const HEIGHTS = [0.4, 0.95] as const;
const RATIOS = [0.28, 1.05] as const;
/** Probability from which a glyph is the sign. */
const SURE = 0.5;

/** For the bench, which fits a weight to each. */
export const TAKA_FEATURES = [
  ...Array.from({ length: COLUMNS * ROWS }, (_, i) => `${i % COLUMNS},${Math.floor(i / COLUMNS)}`),
  'ratio',
];

/** Those of a line that are as large as the sign. @param lineHeight in pixels of the image. */
export function takaCandidates(glyphs: readonly Glyph[], lineHeight: number): Glyph[] {
  return glyphs.filter(({ width, height }) => {
    const [share, ratio] = [height / lineHeight, width / height];
    return share >= HEIGHTS[0] && share <= HEIGHTS[1] && ratio >= RATIOS[0] && ratio <= RATIOS[1];
  });
}

/** Share of ink in each cell of the glyph's box, and how wide that is for its height. */
export function takaFeatures(glyph: Glyph, { width }: GreyPixels): number[] {
  const ink = new Float64Array(COLUMNS * ROWS);
  const area = (glyph.width / COLUMNS) * (glyph.height / ROWS);
  for (const at of glyph.pixels) {
    const [x, y] = [(at % width) - glyph.left, Math.floor(at / width) - glyph.top];
    spread(ink, (x / glyph.width) * COLUMNS, (y / glyph.height) * ROWS, COLUMNS / glyph.width, ROWS / glyph.height);
  }
  return [...Array.from(ink, (amount) => Math.min(1, amount / area)), glyph.width / glyph.height];
}

/** A pixel's ink over the cells that it lies on, in pixels. */
function spread(ink: Float64Array, x: number, y: number, w: number, h: number): void {
  for (let row = Math.floor(y); row < Math.min(ROWS, y + h); row++) {
    const tall = Math.min(row + 1, y + h) - Math.max(row, y);
    for (let column = Math.floor(x); column < Math.min(COLUMNS, x + w); column++) {
      const wide = Math.min(column + 1, x + w) - Math.max(column, x);
      if (tall > 0 && wide > 0) ink[row * COLUMNS + column]! += (tall * wide) / (w * h);
    }
  }
}

/** Those of a line that are the sign, from left to right. */
export function findTakaSigns(glyphs: readonly Glyph[], image: GreyPixels, lineHeight: number): Glyph[] {
  return takaCandidates(glyphs, lineHeight)
    .filter((glyph) => isTaka(takaFeatures(glyph, image)))
    .sort((a, b) => a.left - b.left);
}

function isTaka(features: readonly number[]): boolean {
  const score = Object.values(weights.features).reduce((sum, weight, i) => sum + weight * features[i]!, weights.bias);
  return 1 / (1 + Math.exp(-score)) >= SURE;
}
