/** Lines that deserve another try, and how: each box is read at most once more. */
import type { RotatedRect } from '../geometry.ts';
import { reversed } from './turn.ts';
import type { Reading } from './upside-down.ts';

/** A flat line below this is read again. */
const UNSURE = 0.85;
/** The second crop is narrower by this: wide or spaced-out type comes closer to what the recogniser was trained on. */
const SQUEEZE = 0.85;
/** A second reading counts when it is surer by this: a hair's breadth says nothing. */
const MARGIN = 0.01;
/** What stands upright reads upwards as often as downwards; the wrong way it is never as sure as this. */
const UNSURE_VERTICAL = 0.85;

/**
 * Another box to read a line from, its writing running left to right.
 * @param box as it was found: vertical writing is taller than wide.
 * @param upright the same box as it was read.
 * @returns null when the first reading will do.
 */
export function secondBox(box: RotatedRect, upright: RotatedRect, first: Reading): RotatedRect | null {
  const confidence = first?.confidence ?? 0;
  if (box !== upright) return confidence < UNSURE_VERTICAL ? reversed(upright) : null;
  if (first === null || confidence >= UNSURE) return null;
  // Only the width that crops are scaled to: the corners, and so the pixels that are cut, stay.
  return { ...upright, width: SQUEEZE * upright.width };
}

/** The surer of two readings; the first unless the second is clearly surer. */
export function surer<R extends Reading>(first: R, second: R): R {
  return (second?.confidence ?? 0) > (first?.confidence ?? 0) + MARGIN ? second : first;
}
