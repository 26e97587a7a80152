/**
 * Which way up a page is, told by the recogniser itself: upside-down lines are read as few characters that it is unsure
 * of. It needs no network of its own, and nothing at all on a page that reads well.
 */
import type { RotatedRect } from '../geometry.ts';

/** Lines read both ways; more say nothing new. */
const PROBES = 6;
/** A page whose lines are less sure than this on average may be upside down. Upright ones are above 0.9, others below 0.6. */
const DOUBTFUL_CONFIDENCE = 0.75;
/** Longer boxes may be several lines or rules; they cost time and say less. */
const LONGEST_RATIO = 16;

/** What the recogniser made of one box; null when it read nothing there. */
export type Reading = { readonly text: string; readonly confidence: number } | null;

/** Whether a page was read so badly that it may stand on its head. */
export function mayBeUpsideDown(read: readonly Reading[]): boolean {
  if (read.length === 0) return false;
  return read.reduce((sum, line) => sum + (line?.confidence ?? 0), 0) / read.length < DOUBTFUL_CONFIDENCE;
}

/** The longest lines of a page, on which a few readings tell which way up it is. */
export function probeLines(rects: readonly RotatedRect[]): RotatedRect[] {
  return rects
    .filter((rect) => rect.width < LONGEST_RATIO * rect.height)
    .sort((a, b) => b.width / b.height - a.width / a.height)
    .slice(0, PROBES);
}

/** How much was read, and how surely; higher is better. Upside down, both fall. */
export function readingScore(read: readonly Reading[]): number {
  return read.reduce((sum, line) => sum + (line ? line.confidence * line.text.length : 0), 0);
}
