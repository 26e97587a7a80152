import type { Line, Polygon } from '@edge-ocr/shared/contract/result';
import { Reading } from './row-readings.ts';

/** A line with its upright bounding box in page pixels and its place in the answer's `lines`. */
export interface PlacedLine {
  text: string;
  /** Characters as printed; the text may be cut. */
  length: number;
  confidence: number;
  index: number;
  page: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  height: number;
  /** What has been read from its text. */
  reading: Reading;
}

/** Lines that stand beside each other, from left to right, and their text joined by spaces. */
export interface Row {
  lines: PlacedLine[];
  text: string;
  /** Characters as printed; the text may be cut. */
  length: number;
  /** What has been read from its text; a row of one line shares it with the line. */
  reading: Reading;
}

/** Real lines are far shorter; what a detector has glued beyond this tells nothing and would only cost time. */
const MAX_LINE_LENGTH = 160;
/**
 * Characters read of one document, about six pages of dense print. Where there are more, the longest lines are cut, all
 * to one length: labels and values are short, long lines are terms.
 */
const MAX_CHARACTERS = 24_000;
const SHORTEST_CUT = 48;
const MAX_LINES_IN_ROW = 40;

/** Lines with no readable character are dropped; index still refers to the input. */
export function placeLines(lines: readonly Line[]): PlacedLine[] {
  const longest = lengthAllowed(lines);
  const placed: PlacedLine[] = [];
  lines.forEach((line, index) => {
    const text = line.text.trim();
    if (text !== '') placed.push(place(line, text, index, longest));
  });
  return placed;
}

function lengthAllowed(lines: readonly Line[]): number {
  const ofLength = new Uint32Array(MAX_LINE_LENGTH + 1);
  let characters = 0;
  for (const { text } of lines) {
    const length = Math.min(text.length, MAX_LINE_LENGTH);
    ofLength[length]!++;
    characters += length;
  }
  let longest = MAX_LINE_LENGTH;
  for (let cut = 0; characters > MAX_CHARACTERS && longest > SHORTEST_CUT; longest--) {
    cut += ofLength[longest]!;
    characters -= cut;
  }
  return longest;
}

function place({ polygon, confidence, page }: Line, printed: string, index: number, longest: number): PlacedLine {
  const [left, top, end, bottom] = bounds(polygon);
  const text = printed.length > longest ? printed.slice(0, longest) : printed;
  const right = left + ((end - left) * text.length) / printed.length;
  const height = Math.max(1, bottom - top);
  return {
    text,
    length: printed.length,
    confidence,
    index,
    page,
    left,
    right,
    top,
    bottom,
    height,
    reading: new Reading(text),
  };
}

/** Rows in reading order. */
export function rowsOf(lines: readonly Line[]): Row[] {
  const groups = new Map<string, PlacedLine[]>();
  for (const placed of placeLines(lines)) {
    const key = `${placed.page}:${lines[placed.index]!.row}`;
    const group = groups.get(key);
    if (group) group.push(placed);
    else groups.set(key, [placed]);
  }
  return [...groups.values()].map((group) => {
    const row = group.sort((a, b) => a.left - b.left).slice(0, MAX_LINES_IN_ROW);
    const length = row.reduce((sum, line) => sum + line.length, row.length - 1);
    if (row.length === 1) return { lines: row, text: row[0]!.text, length, reading: row[0]!.reading };
    const text = row.map((line) => line.text).join(' ');
    return { lines: row, text, length, reading: new Reading(text) };
  });
}

/** The line of a row that holds a character of the row's text. */
export function lineAt(row: Row, offset: number): PlacedLine {
  let end = 0;
  for (const line of row.lines) {
    end += line.text.length + 1;
    if (offset < end) return line;
  }
  return row.lines.at(-1)!;
}

export function medianHeight(lines: readonly PlacedLine[]): number {
  const heights = lines.map((line) => line.height).sort((a, b) => a - b);
  return heights[heights.length >> 1] ?? 1;
}

/** One polygon for a value: the line's own, or the upright rectangle around several lines. */
export function polygonAround(lines: readonly Line[], indexes: readonly number[]): Polygon {
  const polygons = indexes.map((index) => lines[index]!.polygon);
  if (polygons.length === 1) return polygons[0]!;
  const [left, top, right, bottom] = bounds(polygons.flat());
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

function bounds(points: Polygon): [number, number, number, number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return [finite(left), finite(top), finite(right), finite(bottom)];
}

/** A box that no page has, or no points at all, must not spoil what is reckoned with it. */
function finite(coordinate: number): number {
  return Number.isFinite(coordinate) ? coordinate : 0;
}
