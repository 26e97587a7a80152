/**
 * Lines of a page that may be in Bengali. The detector was trained on other scripts: it cuts lines of Bengali into boxes that
 * overlap, and overlooks large letters that it finds when they are smaller.
 */
import type { RotatedRect } from '../geometry.ts';
import type { Engine } from '../inference/engine.ts';
import { joinBoxes } from '../layout/join-boxes.ts';
import type { PageImage } from '../pixels.ts';
import { type Detection, detectLines } from './detect-lines.ts';

/** Pixels of the detector's input, as boxes are grown: lines higher than the first are looked at again, at the second. */
const LARGE = 40;
const GOOD = 34;
/** Input below this says nothing. */
const MIN_SIDE = 320;

/** As detectLines. */
export async function detectBengaliLines(
  page: PageImage,
  engine: Engine,
  signal: AbortSignal,
  side?: number,
): Promise<Detection> {
  const first = await detectLines(page, engine, signal, side);
  const heights = first.rects.map(({ width, height }) => Math.min(width, height)).sort((a, b) => a - b);
  const typical = (heights[heights.length >> 1] ?? 0) * first.scale;
  if (typical <= LARGE) return { ...first, rects: joinBoxes(first.rects) };
  const longest = Math.max(page.pixels.width, page.pixels.height) * first.scale;
  const smaller = Math.max(MIN_SIDE, Math.round((longest * GOOD) / typical));
  const second = await detectLines(page, engine, signal, smaller);
  // Small print beside large letters may be seen at the first size alone.
  const others = first.rects.filter((rect) => !second.rects.some((other) => areOnePlace(rect, other)));
  return { ...first, rects: joinBoxes([...second.rects, ...others]) };
}

/** Whether the middle of one lies within the other, seen as upright boxes. */
function areOnePlace(a: RotatedRect, b: RotatedRect): boolean {
  return holdsMiddle(a, b) || holdsMiddle(b, a);
}

function holdsMiddle({ corners }: RotatedRect, other: RotatedRect): boolean {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(other.corners.map((p) => p.x)), mean(other.corners.map((p) => p.y))];
  const [xs, ys] = [corners.map((p) => p.x), corners.map((p) => p.y)];
  return x > Math.min(...xs) && x < Math.max(...xs) && y > Math.min(...ys) && y < Math.max(...ys);
}
