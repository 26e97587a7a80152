import type { RotatedRect } from '../geometry.ts';

/** A line's place in the page's text. */
export interface Placement {
  /** Index of the line in the input. */
  readonly index: number;
  /** Lines with the same row stand beside each other. */
  readonly row: number;
}

/** How much of the lower of two lines must lie beside the other for both to share a row. */
const MIN_OVERLAP = 0.5;

/**
 * Put lines into reading order: rows from top to bottom, and within a row from left to right. The page's skew, told by
 * the angle of its lines, is taken out first, so that a photo a few degrees off keeps its rows.
 */
export function readingOrder(rects: readonly RotatedRect[]): Placement[] {
  const skew = pageSkew(rects);
  const boxes = rects.map((rect, index) => ({ index, ...uprightBox(rect, skew) })).sort((a, b) => a.y - b.y);
  const rows: (typeof boxes)[] = [];
  for (const box of boxes) {
    // Only recent rows can overlap, but a tall line may reach past several: look back over a few.
    const row = rows.slice(-4).findLast((candidate) => candidate.some((other) => isBeside(box, other)));
    if (row && !row.some((other) => overlapsAlong(box, other))) row.push(box);
    else rows.push([box]);
  }
  const middle = (row: typeof boxes) => row.reduce((sum, box) => sum + box.y, 0) / row.length;
  return rows
    .sort((a, b) => middle(a) - middle(b))
    .flatMap((row, i) => row.sort((a, b) => a.left - b.left).map(({ index }) => ({ index, row: i })));
}

interface UprightBox {
  /** Middle of the line. */
  y: number;
  left: number;
  right: number;
  height: number;
}

/** Median angle in radians of the lines that are long enough to have one; 0 when there are none. */
function pageSkew(rects: readonly RotatedRect[]): number {
  const angles = rects
    .filter((rect) => rect.width > 3 * rect.height)
    .map(({ corners: [a, b] }) => Math.atan2(b.y - a.y, b.x - a.x))
    .filter((angle) => Math.abs(angle) < Math.PI / 4)
    .sort((a, b) => a - b);
  return angles[angles.length >> 1] ?? 0;
}

function uprightBox(rect: RotatedRect, skew: number): UprightBox {
  const cos = Math.cos(-skew);
  const sin = Math.sin(-skew);
  const xs = rect.corners.map((p) => p.x * cos - p.y * sin);
  const ys = rect.corners.map((p) => p.x * sin + p.y * cos);
  const left = Math.min(...xs);
  return { y: (Math.min(...ys) + Math.max(...ys)) / 2, left, right: Math.max(...xs), height: rect.height };
}

function isBeside(a: UprightBox, b: UprightBox): boolean {
  const overlap = Math.min(a.y + a.height / 2, b.y + b.height / 2) - Math.max(a.y - a.height / 2, b.y - b.height / 2);
  return overlap > MIN_OVERLAP * Math.min(a.height, b.height);
}

/** Whether two lines cover the same stretch of a row, so that they cannot stand beside each other. */
function overlapsAlong(a: UprightBox, b: UprightBox): boolean {
  const overlap = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  return overlap > 0.5 * Math.min(a.right - a.left, b.right - b.left);
}
