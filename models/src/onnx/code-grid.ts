/** How real numbers become 8-bit codes: by channel, because PP-LCNetV3's channels differ in range by orders of magnitude. */

/** What calibration saw of one value, by channel. */
export interface ChannelRange {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** What the 8-bit layer that gives the value adds to its mean; it is taken off the layer's bias. */
  readonly drift?: readonly number[];
}

/** real = units[channel] · scale · (code − zero). */
export interface Grid {
  readonly scale: number;
  readonly zero: number;
  readonly units: readonly number[];
}

/** A value of the graph that now is 8-bit: its name there, and what its codes mean. */
export interface QuantisedValue extends Grid {
  readonly name: string;
}

export const CODES = 255;
/** How far the channels' ranges are evened out: 0 not at all, 1 wholly. These three were found by trial: decision 009. */
const EQUALISATION = 0.75;
const EQUALISATION_BEFORE_HARD_SWISH = 0.5;
const EQUALISATION_BEHIND_HARD_SWISH = 0.4;
/** A channel that calibration saw silent still has this share of the widest channel's range. */
const LEAST_SHARE = 0.01;

/** Codes that cover a range; 0 has a code of its own, because padding is 0. */
export function gridFor(range: ChannelRange, units: readonly number[] = unitsOf(range)): Grid {
  const least = Math.min(0, ...range.low.map((value, c) => value / units[c]!));
  const most = Math.max(0, ...range.high.map((value, c) => value / units[c]!));
  const scale = Math.max((most - least) / CODES, 1e-12);
  return { scale, zero: Math.min(CODES, Math.round(-least / scale)), units };
}

function unitsOf(range: ChannelRange): number[] {
  return widths(range).map((width) => width ** EQUALISATION);
}

/**
 * Units for a value and for its hard-swish: with the same for both, the product needs no other step between, and no
 * other rounding. The two ranges differ, above all where a channel is mostly negative, so they share.
 */
export function unitsAround(input: ChannelRange, product: ChannelRange): number[] {
  const behind = widths(product);
  return widths(input).map(
    (width, c) => width ** EQUALISATION_BEFORE_HARD_SWISH * behind[c]! ** EQUALISATION_BEHIND_HARD_SWISH,
  );
}

function widths({ low, high }: ChannelRange): number[] {
  const reach = low.map((value, c) => Math.max(-value, high[c]!));
  const floor = Math.max(LEAST_SHARE * Math.max(...reach), 1e-9);
  return reach.map((width) => Math.max(width, floor));
}
