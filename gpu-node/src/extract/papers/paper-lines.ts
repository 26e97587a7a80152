import type { Line } from '@edge-ocr/shared/contract/result';

const LETTER_WIDTH = 10;
const ROW_PITCH = 30;
const LINE_HEIGHT = 20;

/** A paper as it looks, drawn with letters, and what must be read from it. */
export interface Paper {
  name: string;
  /** Each row is a row of the page, and each character as wide as the next; two spaces and more part lines. */
  page: string;
  /** Fields of `structured`. */
  truth: Readonly<Record<string, string | number>>;
}

/** The lines of a drawn page. A `#` before a line doubles the height of its letters, and is not part of it. */
export function paperLines(page: string): Line[] {
  const rows = page.split('\n').filter((row) => row.trim() !== '');
  return rows.flatMap((row, at) =>
    [...row.matchAll(/\S+(?: \S+)*/g)].map((match) => lineOf(match[0], match.index, at)),
  );
}

function lineOf(printed: string, column: number, row: number): Line {
  const large = printed.startsWith('#');
  const text = large ? printed.slice(1) : printed;
  const [left, top] = [column * LETTER_WIDTH, row * ROW_PITCH];
  const [right, bottom] = [left + text.length * LETTER_WIDTH, top + (large ? 1.4 : 1) * LINE_HEIGHT];
  const polygon: Line['polygon'] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  return { text, confidence: 0.98, polygon, page: 0, row, words: [] };
}
