/** The highest rate at which a system holds, by steps upwards until one does not, and halving of what lies between. */

export interface KneeOptions {
  /** First rate, a second. */
  readonly from: number;
  /** Each step is so many times the one before. */
  readonly factor: number;
  /** Ends when the lowest rate that does not hold is at most so many times the highest that does. */
  readonly precision: number;
  /** Rates above are not tried. */
  readonly limit: number;
  readonly holds: (perSecond: number) => Promise<boolean>;
}

export interface Knee {
  /** 0 when not even the lowest rate that was tried held. */
  readonly perSecond: number;
  /** Whether all rates up to the limit held, so that the knee lies somewhere above. */
  readonly isLimit: boolean;
}

/** Halvings downwards when the first rate does not hold. */
const MAX_HALVINGS = 4;

export async function findKnee({ from, factor, precision, limit, holds }: KneeOptions): Promise<Knee> {
  let good = 0;
  let bad = Number.POSITIVE_INFINITY;
  for (let rate = from, halvings = 0; good === 0 && halvings <= MAX_HALVINGS; halvings++, rate /= 2) {
    if (await holds(rate)) good = rate;
    else bad = rate;
  }
  if (good === 0) return { perSecond: 0, isLimit: false };
  while (bad === Number.POSITIVE_INFINITY) {
    if (good >= limit) return { perSecond: good, isLimit: true };
    const rate = Math.min(good * factor, limit);
    if (await holds(rate)) good = rate;
    else bad = rate;
  }
  while (bad / good > precision) {
    const rate = (good + bad) / 2;
    if (await holds(rate)) good = rate;
    else bad = rate;
  }
  return { perSecond: good, isLimit: false };
}
