import type { Point } from '../geometry.ts';
import type { Glyph } from './page-glyphs.ts';

/** A word of a text layer. */
export interface LayerWord {
  readonly text: string;
  /** Along the writing, of length 1. */
  readonly direction: Point;
  /** Where the line of writing lies: distance across it from the page's corner, in pixels. */
  readonly baseline: number;
  /** Along the line of writing, in pixels from the page's corner. */
  readonly from: number;
  readonly to: number;
  readonly em: number;
  /** See Glyph. */
  readonly font: number;
}

/** What parts two glyphs of one word, in heights of the font. PDFium itself puts spaces where gaps are wider than usual. */
const MAX_GAP = 0.35;
/** Vowel signs that stand before their consonant go backwards. */
const MAX_STEP_BACK = 1.5;
const MAX_SHIFT = 0.35;
const MAX_RATIO = 1.6;
/** About a degree. */
const SAME_DIRECTION = 0.9998;

/** Put glyphs together to words; null entries part them. */
export function wordsOf(glyphs: readonly (Glyph | null)[]): LayerWord[] {
  const words: LayerWord[] = [];
  let run: PlacedGlyph[] = [];
  const end = () => {
    if (run.length > 0) words.push(wordOf(run));
    run = [];
  };
  for (const glyph of glyphs) {
    const placed = glyph && place(glyph);
    if (!placed || (run.length > 0 && !continues(run.at(-1)!, placed))) end();
    if (placed) run.push(placed);
  }
  end();
  return words;
}

interface PlacedGlyph extends Glyph {
  readonly from: number;
  readonly to: number;
  readonly baseline: number;
}

/** Where a glyph is along its own direction and across it. */
function place(glyph: Glyph): PlacedGlyph {
  const { box, direction, origin } = glyph;
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const middle = along({ x: box.left + width / 2, y: box.top + height / 2 }, direction);
  // The box of slanted writing is wider than the glyph.
  const isFlat = Math.abs(direction.y) < 0.02;
  const isSteep = Math.abs(direction.x) < 0.02;
  const half = (isFlat ? width : isSteep ? height : Math.min(width, height)) / 2;
  const em = glyph.em > 0 ? glyph.em : isSteep ? width : height;
  return { ...glyph, em, from: middle - half, to: middle + half, baseline: across(origin, direction) };
}

function continues(last: PlacedGlyph, next: PlacedGlyph): boolean {
  const em = Math.max(last.em, next.em);
  const gap = next.from - last.to;
  return (
    isParallel(last.direction, next.direction) &&
    em <= MAX_RATIO * Math.min(last.em, next.em) &&
    Math.abs(next.baseline - last.baseline) <= MAX_SHIFT * em &&
    gap <= MAX_GAP * em &&
    gap >= -MAX_STEP_BACK * em
  );
}

function wordOf(run: readonly PlacedGlyph[]): LayerWord {
  const { direction, baseline, font } = run[0]!;
  return {
    text: run.map(({ char }) => char).join(''),
    direction,
    baseline,
    from: Math.min(...run.map(({ from }) => from)),
    to: Math.max(...run.map(({ to }) => to)),
    em: Math.max(...run.map(({ em }) => em)),
    font,
  };
}

export function isParallel(a: Point, b: Point): boolean {
  return a.x * b.x + a.y * b.y >= SAME_DIRECTION;
}

export function along(point: Point, direction: Point): number {
  return point.x * direction.x + point.y * direction.y;
}

export function across(point: Point, direction: Point): number {
  return point.y * direction.x - point.x * direction.y;
}
