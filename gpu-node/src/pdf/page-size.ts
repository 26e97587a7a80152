import type { Size } from '../pixels.ts';

/** How a page, which has no pixels of its own, is given some. */
export interface PixelLimits {
  readonly dpi: number;
  readonly maxPixels: number;
  /** Longest side in pixels. */
  readonly maxSide: number;
}

const POINTS_PER_INCH = 72;

/** @returns whole pixels at the resolution asked for, or fewer where the page is too large for that. */
export function sizeInPixels(points: Size, { dpi, maxPixels, maxSide }: PixelLimits): Size {
  const { width, height } = points;
  const scale = Math.min(
    dpi / POINTS_PER_INCH,
    maxSide / Math.max(width, height),
    Math.sqrt(maxPixels / (width * height)),
  );
  // Rounded down, so that the limits hold; but not because a product is a hair under a whole number.
  const whole = (points: number) => Math.max(1, Math.floor(points * scale + 1e-6));
  return { width: whole(width), height: whole(height) };
}

/** @returns whole pixels with no side longer than that. */
export function sizeWithin({ width, height }: Size, maxSide: number): Size {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
