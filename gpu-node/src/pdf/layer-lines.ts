import { type RotatedRect, rectOf } from '../geometry.ts';
import { isParallel, type LayerWord } from './layer-words.ts';

/** Words of a text layer that stand on one line, close enough to be read as one. */
export interface LayerLine {
  readonly words: readonly LayerWord[];
  readonly rect: RotatedRect;
}

/** A gap wider than this, in heights of the font, parts columns. */
const MAX_WORD_GAP = 0.75;
const MAX_SHIFT = 0.3;
const MAX_RATIO = 1.6;
/** The same word at the same place is how some programs print bold. */
const SAME_PLACE = 0.3;
/** What a line of writing takes above and below where it stands, in heights of the font; a detector draws its boxes so. */
const ASCENT = 0.85;
const DESCENT = 0.27;

/** Put words together to lines, whatever order they come in. */
export function linesOf(words: readonly LayerWord[]): LayerLine[] {
  const sorted = words.toSorted((a, b) => a.baseline - b.baseline || a.from - b.from);
  const rows: LayerWord[][] = [];
  for (const word of sorted) {
    // Rows are sorted as well: only the last few can be level with the word.
    const row = rows.slice(-RECENT_ROWS).findLast((candidate) => isLevel(candidate[0]!, word));
    if (row) row.push(word);
    else rows.push([word]);
  }
  return rows.flatMap(splitAtGaps).map((line) => ({ words: line, rect: rectAround(line) }));
}

/** Writing in other directions may come in between. */
const RECENT_ROWS = 8;

function isLevel(a: LayerWord, b: LayerWord): boolean {
  const em = Math.max(a.em, b.em);
  return (
    isParallel(a.direction, b.direction) &&
    Math.abs(a.baseline - b.baseline) <= MAX_SHIFT * Math.min(a.em, b.em) &&
    em <= MAX_RATIO * Math.min(a.em, b.em)
  );
}

function splitAtGaps(row: readonly LayerWord[]): LayerWord[][] {
  const lines: LayerWord[][] = [];
  for (const word of row.toSorted((a, b) => a.from - b.from)) {
    const line = lines.at(-1);
    const last = line?.at(-1);
    if (!line || !last || word.from - last.to > MAX_WORD_GAP * Math.max(word.em, last.em)) lines.push([word]);
    else if (!isRepeated(last, word)) line.push(word);
  }
  return lines;
}

function isRepeated(a: LayerWord, b: LayerWord): boolean {
  return a.text === b.text && Math.abs(a.from - b.from) <= SAME_PLACE * a.em;
}

/** Around words of one line; its corners run along the writing. */
export function rectAround(words: readonly LayerWord[]): RotatedRect {
  const { direction, baseline } = words[0]!;
  const em = Math.max(...words.map((word) => word.em));
  const at = (u: number, v: number) => ({
    x: u * direction.x - v * direction.y,
    y: u * direction.y + v * direction.x,
  });
  const [from, to] = [Math.min(...words.map((word) => word.from)), Math.max(...words.map((word) => word.to))];
  const [top, bottom] = [baseline - ASCENT * em, baseline + DESCENT * em];
  return rectOf([at(from, top), at(to, top), at(to, bottom), at(from, bottom)]);
}
