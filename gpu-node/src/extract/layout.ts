import type { Line, Polygon } from '@edge-ocr/shared/contract/result';

/** A line with its upright bounding box in page pixels and its place in the answer's `lines`. */
export interface PlacedLine {
  text: string;
  confidence: number;
  index: number;
  page: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  height: number;
}

/** Lines that stand beside each other, from left to right, and their text joined by spaces. */
export interface Row {
  lines: PlacedLine[];
  text: string;
}

/** Real lines are far shorter; what a detector has glued beyond this tells nothing and would only cost time. */
const MAX_LINE_LENGTH = 160;
const MAX_LINES_IN_ROW = 40;

/** Lines with no readable character are dropped; index still refers to the input. */
export function placeLines(lines: readonly Line[]): PlacedLine[] {
  return lines.flatMap((line, index) => (line.text.trim() === '' ? [] : [place(line, index)]));
}

function place(line: Line, index: number): PlacedLine {
  const [left, top, right, bottom] = bounds(line.polygon);
  const height = Math.max(1, bottom - top);
  const { confidence, page } = line;
  return {
    text: line.text.trim().slice(0, MAX_LINE_LENGTH),
    confidence,
    index,
    page,
    left,
    right,
    top,
    bottom,
    height,
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
    return { lines: row, text: row.map((line) => line.text).join(' ') };
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
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [finite(Math.min(...xs)), finite(Math.min(...ys)), finite(Math.max(...xs)), finite(Math.max(...ys))];
}

/** A box that no page has, or no points at all, must not spoil what is reckoned with it. */
function finite(coordinate: number): number {
  return Number.isFinite(coordinate) ? coordinate : 0;
}
