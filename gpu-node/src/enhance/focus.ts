/**
 * Where to look again: a receipt may fill a small part of a photo, and its text is then too small for the detector,
 * which sees the whole page at a fixed size. What it half sees is enough to tell the part that is worth a closer look.
 */
import type { RotatedRect } from '../geometry.ts';
import type { Region, Size } from '../pixels.ts';

export interface Focus {
  /** The part of the page that holds text, in whole pixels of the page. */
  readonly region: Region;
  /** Longest side in pixels at which the detector should see it. */
  readonly side: number;
  /** By how much finer than the page the recogniser would like it; 1 when the page is fine enough. */
  readonly finer: number;
}

/** The detector finds lines best when their boxes are about so high in its input; larger ones cost time only. */
const BOX_HEIGHT = 30;
/** A closer look that enlarges by less than this changes nothing. */
const MIN_ZOOM = 1.3;
/** The recogniser's input is so high, and so should be a line's box in pixels of the page. */
const READING_HEIGHT = 48;
/** Decoding again is dear: not for less than this. */
const MIN_FINER = 1.3;
/** Enlarging pixels by more shows nothing new. */
const MAX_ENLARGEMENT = 2;
/** Lines at the edge that were not seen at all get so much room, as a share of the region's longest side. */
const MARGIN = 0.08;

export interface Page extends Size {
  /** Pixels of the original per pixel of the page: more than 1 when it was scaled down while decoding. */
  readonly originalScale: number;
  /** Longest side of what may be decoded. */
  readonly maxSide: number;
}

/**
 * @param boxes all that looks a little like text, in pixels of the page.
 * @param scale pixels of the detector's input per pixel of the page.
 * @param side longest side of the detector's input.
 * @returns null when the detector has seen the text as well as it can.
 */
export function focusOn(boxes: readonly RotatedRect[], page: Page, scale: number, side: number): Focus | null {
  if (boxes.length === 0) return null;
  const height = medianHeight(boxes);
  const region = textRegion(boxes, page, 2 * height);
  const longest = Math.max(region.width, region.height);
  const wanted = Math.min(page.originalScale, READING_HEIGHT / height, page.maxSide / longest);
  const finer = wanted < MIN_FINER ? 1 : wanted;
  const zoom = Math.min(BOX_HEIGHT / (height * scale), side / (longest * scale), (MAX_ENLARGEMENT * finer) / scale);
  return zoom < MIN_ZOOM ? null : { region, side: Math.round(longest * scale * zoom), finer };
}

/** Across the writing, whichever way it runs. */
function medianHeight(boxes: readonly RotatedRect[]): number {
  const heights = boxes.map((box) => Math.min(box.width, box.height)).sort((a, b) => a - b);
  return Math.max(1, heights[heights.length >> 1] ?? 1);
}

function textRegion(boxes: readonly RotatedRect[], page: Size, minMargin: number): Region {
  const xs = boxes.flatMap((box) => box.corners.map((p) => p.x));
  const ys = boxes.flatMap((box) => box.corners.map((p) => p.y));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const margin = Math.max(minMargin, MARGIN * Math.max(right - left, bottom - top));
  const within = (value: number, end: number) => Math.min(end, Math.max(0, Math.round(value)));
  const from = { x: within(left - margin, page.width - 1), y: within(top - margin, page.height - 1) };
  return {
    left: from.x,
    top: from.y,
    width: Math.max(1, within(right + margin, page.width) - from.x),
    height: Math.max(1, within(bottom + margin, page.height) - from.y),
  };
}
