/** Numbers from 0 up to 1, the same for the same seed (mulberry32): so that what happened by chance can happen again. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the names, each as likely as its share says. @param shares positive numbers of any sum. */
export function pick<Name extends string>(shares: Readonly<Record<Name, number>>, random: Random): Name {
  const entries = Object.entries(shares) as [Name, number][];
  let left = random() * entries.reduce((sum, [, share]) => sum + share, 0);
  for (const [name, share] of entries) {
    left -= share;
    if (left < 0) return name;
  }
  return entries.findLast(([, share]) => share > 0)![0];
}
