/** Contrast for what is hardly there: faded thermal paper, dark photos. Only where it is low, and only by a line. */

/** A linear change of brightness: gain · value + offset, on the scale 0 to 255, to be clamped. */
export interface Stretch {
  readonly gain: number;
  readonly offset: number;
}

/** With a wider range than this, of 255, the networks read as well as they can. Found on dimmed and faded receipts. */
const LOW_RANGE = 56;
/** Where a low range is stretched to. */
const DARK = 48;
const LIGHT = 208;
/** Noise is stretched as well, so there is a limit. */
const MAX_GAIN = 12;
/** Share of the pixels that may lie beyond either end of the range: specks and scratches. */
const OUTLIERS = 0.01;

/**
 * @param histogram how many pixels have each brightness, 256 entries.
 * @returns null when the contrast is good, or when there is nothing but one shade.
 */
export function stretchFor(histogram: Uint32Array): Stretch | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const low = quantile(histogram, total * OUTLIERS);
  const high = 255 - quantile(histogram.toReversed(), total * OUTLIERS);
  if (high - low >= LOW_RANGE || high <= low) return null;
  const gain = Math.min(MAX_GAIN, (LIGHT - DARK) / (high - low));
  return { gain, offset: (DARK + LIGHT) / 2 - (gain * (low + high)) / 2 };
}

/** The first brightness at which more than `count` pixels are as dark. */
function quantile(histogram: Uint32Array, count: number): number {
  let sum = 0;
  return Math.max(
    0,
    histogram.findIndex((here) => {
      sum += here;
      return sum > count;
    }),
  );
}
