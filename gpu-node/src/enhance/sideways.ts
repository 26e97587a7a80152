import type { RotatedRect } from '../geometry.ts';

/** Below this ratio of its sides a box does not tell which way its writing runs. */
const LONG_RATIO = 2;

/**
 * Whether most of a page's writing runs up or down, told by the long boxes alone and weighed by their length: on a
 * photo taken sideways nearly all do, on an upright label with a few vertical lines few do.
 */
export function isSideways(rects: readonly RotatedRect[]): boolean {
  let flat = 0;
  let upright = 0;
  for (const { width, height } of rects) {
    if (width >= LONG_RATIO * height) flat += width;
    else if (height >= LONG_RATIO * width) upright += height;
  }
  return upright > flat;
}
