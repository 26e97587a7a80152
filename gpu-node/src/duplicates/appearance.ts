import type { Line } from '@edge-ocr/shared/contract/result';
import type { PageImage, RgbPixels } from '../pixels.ts';
import { HASHED_SIDE, perceptualHash } from './perceptual-hash.ts';
import { type Part, thumbnailOf } from './thumbnail.ts';

/**
 * How a page looks: as a whole, and the part that its text takes. A crop moves the first and hardly the second; a line
 * missed at the edge moves the second and never the first.
 */
export interface Appearance {
  /** null when there is nothing on it. */
  readonly page: bigint | null;
  /** null without text. */
  readonly text: bigint | null;
}

const WHOLE: Part = { left: 0, top: 0, right: 1, bottom: 1 };

/** Pure. @param textPart of the page, see textPartOf. */
export function appearanceOf(pixels: RgbPixels, textPart: Part | null): Appearance {
  return {
    page: perceptualHash(thumbnailOf(pixels, WHOLE, HASHED_SIDE)),
    text: textPart && perceptualHash(thumbnailOf(pixels, textPart, HASHED_SIDE)),
  };
}

/** Around all lines of the page. @returns null when there are none, or they make no area. */
export function textPartOf(
  lines: readonly Pick<Line, 'polygon' | 'page'>[],
  { originalWidth, originalHeight }: PageImage,
): Part | null {
  const points = lines.filter(({ page }) => page === 0).flatMap(({ polygon }) => polygon);
  const xs = points.map(([x]) => clamped(x / originalWidth));
  const ys = points.map(([, y]) => clamped(y / originalHeight));
  const part = { left: least(xs), top: least(ys), right: greatest(xs), bottom: greatest(ys) };
  return part.right > part.left && part.bottom > part.top ? part : null;
}

const clamped = (share: number) => Math.max(0, Math.min(1, share));
// Not Math.min(...values): a page may have more points than a call may have arguments.
const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), 1);
const greatest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
