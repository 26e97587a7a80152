/**
 * Boxes of one line as one box. The detector, which was trained on other scripts, cuts lines of Bengali into boxes that overlap,
 * some in the middle of a letter.
 */
import { convexHull, minAreaRect, type Point, type RotatedRect } from '../geometry.ts';

/** Boxes whose gap is smaller than this share of their height are one line; gaps between columns are wider. */
const MAX_GAP = 0.5;
/** Of the lower one's height, that must lie beside the other. */
const MIN_OVERLAP = 0.6;
/** Only lines that are this much longer than high tell a direction. */
const MIN_RATIO = 1.2;

/** @param rects as they were detected. @returns fewer or as many, in the order of their first parts. */
export function joinBoxes(rects: readonly RotatedRect[]): RotatedRect[] {
  const joined = [...rects];
  for (let i = 0; i < joined.length; i++) {
    let at = joined.findIndex((other, j) => j > i && areOneLine(joined[i]!, other));
    while (at !== -1) {
      joined[i] = around(joined[i]!, joined.splice(at, 1)[0]!);
      // It has grown, and may reach what it did not.
      at = joined.findIndex((other, j) => j !== i && areOneLine(joined[i]!, other));
      if (at !== -1 && at < i) {
        joined[at] = around(joined[at]!, joined.splice(i, 1)[0]!);
        i = at;
        at = joined.findIndex((other, j) => j !== i && areOneLine(joined[i]!, other));
      }
    }
  }
  return joined;
}

/** Seen along the longer one. */
function areOneLine(a: RotatedRect, b: RotatedRect): boolean {
  const [long, short] = a.width >= b.width ? [a, b] : [b, a];
  if (long.width < MIN_RATIO * long.height) return false;
  const [origin, right] = long.corners;
  const length = Math.hypot(right.x - origin.x, right.y - origin.y) || 1;
  const [ux, uy] = [(right.x - origin.x) / length, (right.y - origin.y) / length];
  const along = (p: Point) => (p.x - origin.x) * ux + (p.y - origin.y) * uy;
  const across = (p: Point) => (p.y - origin.y) * ux - (p.x - origin.x) * uy;
  const [us, vs] = [short.corners.map(along), short.corners.map(across)];
  const height = Math.max(...vs) - Math.min(...vs);
  const beside = Math.min(long.height, Math.max(...vs)) - Math.max(0, Math.min(...vs));
  const gap = Math.max(Math.min(...us) - length, -Math.max(...us));
  const smaller = Math.min(long.height, height);
  return beside >= MIN_OVERLAP * smaller && gap <= MAX_GAP * smaller && height <= 2 * long.height;
}

function around(a: RotatedRect, b: RotatedRect): RotatedRect {
  return minAreaRect(convexHull([...a.corners, ...b.corners]));
}
