import { type Line, PHOTO_FAULTS } from '@edge-ocr/shared/contract/result';
import type { PhotoQuality } from './measure-quality.ts';

export type PhotoFault = (typeof PHOTO_FAULTS)[number];

/** What to do about it next time. */
const ADVICE: Record<PhotoFault, string> = {
  dark: 'add light',
  faint: 'add light and avoid glare, or scan it: there is hardly any contrast',
  blurred: 'hold still and let the camera focus',
  small: 'move closer: the text is too small',
  skewed: 'lay it flat and hold the camera straight above it',
};

/** Paper this dark, of 255, was in the dark. */
const DARK = 90;
const FAINT = 40;
/** Blur as a share of the height of the text: from here on letters run together. Found on receipts that were blurred on purpose. */
const BLURRED_TEXT = 0.045;
/** Pixels of blur where there is no text to compare it with. */
const BLURRED = 2;
/** Pixels of the original. Characters need about this; smaller ones lose their strokes. */
const SMALL_TEXT = 12;
/** Degrees between the tenth of the lines that falls most and the tenth that rises most. */
const SKEWED = 6;
/** Shorter lines say little about an angle: length over height. */
const LONG_LINE = 4;
/** Fewer long lines tell nothing of the page. */
const FEW_LINES = 3;

/**
 * Faults of a photo, worst first.
 * @param lines found on it, in pixels of the original.
 * @param scale pixels of the original a pixel of the image that was measured.
 */
export function photoFaults(quality: PhotoQuality, lines: readonly Line[], scale: number): PhotoFault[] {
  const height = median(lines.map(heightOf));
  const blur = (quality.blur ?? 0) * scale;
  const faults: Record<PhotoFault, boolean> = {
    dark: quality.light < DARK,
    // A blank page has no contrast either: that is no fault.
    faint: quality.light >= DARK && quality.contrast < FAINT && quality.blur !== null,
    blurred: height === undefined ? (quality.blur ?? 0) > BLURRED : blur > BLURRED_TEXT * height,
    small: height !== undefined && height < SMALL_TEXT,
    skewed: angleSpread(lines) > SKEWED,
  };
  return PHOTO_FAULTS.filter((fault) => faults[fault]);
}

/** As a sentence for the person who holds the camera. */
export function retakeAdvice(faults: readonly PhotoFault[]): string {
  return `Take the photo again: ${faults.map((fault) => ADVICE[fault]).join('; ')}.`;
}

function heightOf({ polygon }: Line): number {
  const [[x, y] = [0, 0], , , [left, bottom] = [0, 0]] = polygon;
  return Math.hypot(left - x, bottom - y);
}

/** How far lines are from being parallel, as on crumpled paper or in a photo from the side; degrees. */
function angleSpread(lines: readonly Line[]): number {
  const angles = lines.flatMap((line) => {
    const [[x0, y0] = [0, 0], [x1, y1] = [0, 0]] = line.polygon;
    const isLong = Math.hypot(x1 - x0, y1 - y0) > LONG_LINE * heightOf(line);
    return isLong ? [(Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI] : [];
  });
  if (angles.length < FEW_LINES) return 0;
  // Against the first, so that a page on its head does not end at 180 degrees.
  const apart = angles.map((angle) => ((angle - angles[0]! + 540) % 360) - 180).sort((a, b) => a - b);
  const cut = Math.floor(apart.length / 10);
  return apart[apart.length - 1 - cut]! - apart[cut]!;
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
