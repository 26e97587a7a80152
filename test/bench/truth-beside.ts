import type { Polygon } from '@edge-ocr/shared/contract/result';
import type { TruthLine } from './sroie.ts';

/** Lines that share this of the lower one's height stand beside each other. */
const SHARED_HEIGHT = 0.4;

/**
 * What is truly written where a line was found, from left to right.
 * @param polygon of the line, in pixels of the image as it was read.
 * @param scale of that image to the one that the truth's corners are of.
 */
export function truthBeside(polygon: Polygon, truth: readonly TruthLine[], scale: number): string {
  const own = extentOf(polygon.flat().map((coordinate) => coordinate / scale));
  return truth
    .map(({ corners, text }) => ({ ...extentOf(corners), text }))
    .filter((other) => {
      const lower = Math.min(own.bottom - own.top, other.bottom - other.top);
      const shared = Math.min(own.bottom, other.bottom) - Math.max(own.top, other.top);
      return shared > SHARED_HEIGHT * lower && own.left < other.right && other.left < own.right;
    })
    .sort((a, b) => a.left - b.left)
    .map(({ text }) => text)
    .join(' ');
}

/** @param coordinates x and y in turn. */
function extentOf(coordinates: readonly number[]) {
  const xs = coordinates.filter((_, i) => i % 2 === 0);
  const ys = coordinates.filter((_, i) => i % 2 === 1);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}
