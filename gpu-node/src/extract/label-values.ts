import type { PlacedLine, Row } from './layout.ts';
import { foldedOf, readingOf } from './row-readings.ts';

/** A line with its text folded once, and the row it stands in. */
export interface Cell {
  line: PlacedLine;
  folded: string;
  row: number;
  /** Place in its row, from the left. */
  column: number;
}

/** The cells of a document, row by row. */
export type Sheet = readonly (readonly Cell[])[];

export interface Label {
  /** Global; matched in folded text, where a word begins. */
  pattern: RegExp;
  weight: number;
  /** Where its value may stand; anywhere by default. */
  only?: 'right';
}

/** Labels of one meaning, and a pattern that any of them fits: most lines hold none, and are done with after one look. */
export interface LabelSet {
  any: RegExp;
  labels: readonly Label[];
}

type LabelSource = readonly [words: string, weight: number, only?: 'right'];

/** @param sources Patterns of folded text without flags, each with what its label is worth. */
export function labelSet(...sources: LabelSource[]): LabelSet {
  const labels = sources.map(([words, weight, only]) => {
    return { pattern: new RegExp(`(?<![A-Z])(?:${words})`, 'g'), weight, ...(only && { only }) };
  });
  return { any: new RegExp(`(?<![A-Z])(?:${sources.map(([words]) => words).join('|')})`), labels };
}

export interface ValueAt<T> {
  value: T;
  /** Offsets in the cell's text. */
  start: number;
  end: number;
  /** Added to the score; 0 by default. */
  quality?: number;
}

export interface Candidate<T> extends ValueAt<T> {
  cell: Cell;
  label: Cell;
  score: number;
}

/** Values in a text, from an offset on, from left to right. */
export type FindValues<T> = (cell: Cell, from: number) => readonly ValueAt<T>[];

/** How far below a label, in heights of it, its value may begin. */
const REACH = 3;
const MAX_CELLS_BELOW = 4;
const MAX_CELLS_RIGHT = 2;
/** Labels looked at in one document; a hostile page could be nothing else. */
const MAX_LABELS = 120;
const SEPARATORS = /^[\s.:;#=|*'"()[\]№–—-]*$/;

export function sheetOf(rows: readonly Row[]): Sheet {
  return rows.map((row, at) => row.lines.map((line, column) => ({ line, folded: foldedOf(line), row: at, column })));
}

/**
 * Values beside or below their labels. Each place has its score: best in the same line right after the label, then in
 * the next line of the row, then below in the label's column; words between label and value count against it.
 */
export function nearLabels<T>(sheet: Sheet, { any, labels }: LabelSet, find: FindValues<T>): Candidate<T>[] {
  const found: Candidate<T>[] = [];
  let seen = 0;
  for (const row of sheet) {
    for (const cell of row) {
      if (readingOf(cell.line).letters === 0 || !any.test(cell.folded)) continue;
      for (const label of labels) {
        for (const match of cell.folded.matchAll(label.pattern)) {
          if (++seen > MAX_LABELS) return found;
          const end = match.index + match[0].length;
          found.push(...beside(row, cell, end, label, find));
          if (label.only !== 'right') found.push(...below(sheet, cell, match.index, end, label, find));
        }
      }
    }
  }
  return found;
}

function beside<T>(row: readonly Cell[], cell: Cell, end: number, label: Label, find: FindValues<T>): Candidate<T>[] {
  const found = find(cell, end).map((value) => {
    const clean = SEPARATORS.test(cell.folded.slice(end, value.start));
    return { ...value, cell, label: cell, score: label.weight + (value.quality ?? 0) + (clean ? 4 : -5) };
  });
  let rest = cell.folded.slice(end);
  for (const next of row.slice(cell.column + 1, cell.column + 1 + MAX_CELLS_RIGHT)) {
    const [first] = find(next, 0);
    if (first) {
      const clean = SEPARATORS.test(rest) && SEPARATORS.test(next.folded.slice(0, first.start));
      const score = label.weight + (first.quality ?? 0) + (clean ? 3.5 : -5) - (next.column - cell.column - 1);
      found.push({ ...first, cell: next, label: cell, score });
      break;
    }
    rest += next.folded;
  }
  return found;
}

function below<T>(
  sheet: Sheet,
  label: Cell,
  start: number,
  end: number,
  { weight }: Label,
  find: FindValues<T>,
): Candidate<T>[] {
  const span = spanOf(label.line, start, end);
  const found: Candidate<T>[] = [];
  let passed = 0;
  for (const row of sheet.slice(label.row + 1, label.row + 8)) {
    for (const cell of row) {
      const { line } = cell;
      const gap = line.top - label.line.bottom;
      if (line.page !== label.line.page || gap > REACH * label.line.height) return found;
      if (gap < -0.6 * label.line.height || overlap(span, line) <= 0) continue;
      for (const value of find(cell, 0)) {
        const place = alignment(span, spanOf(line, value.start, value.end), label.line.height);
        if (place === undefined) continue;
        const score = weight + (value.quality ?? 0) + place - 2.5 * passed;
        found.push({ ...value, cell, label, score });
      }
      if (++passed >= MAX_CELLS_BELOW || found.length > 0) return found;
    }
  }
  return found;
}

interface Span {
  left: number;
  right: number;
}

/** Where a part of a line stands; letters are taken to be equally wide. */
export function spanOf({ left, right, text }: PlacedLine, start: number, end: number): Span {
  const wide = (right - left) / Math.max(1, text.length);
  return { left: left + wide * start, right: left + wide * end };
}

export function overlap(a: Span, b: Span): number {
  return Math.min(a.right, b.right) - Math.max(a.left, b.left);
}

/** Columns are flush left, flush right or centred; what merely overlaps may belong to a neighbour. */
function alignment(label: Span, value: Span, height: number): number | undefined {
  const shared = overlap(label, value);
  if (shared <= -0.5 * height) return undefined;
  const offsets = [
    label.left - value.left,
    label.right - value.right,
    (label.left + label.right - value.left - value.right) / 2,
  ];
  const off = Math.min(...offsets.map(Math.abs));
  if (off < 1.2 * height) return 3;
  return shared > 0 ? 1.5 : 0;
}
