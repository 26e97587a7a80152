import type { Random } from '../seeded-random.ts';

export type ArrivalPattern = 'poisson' | 'constant';

export interface ArrivalOptions {
  readonly perSecond: number;
  readonly seconds: number;
  /** poisson: as independent clients arrive, in bursts and lulls; constant: at equal distances. */
  readonly pattern: ArrivalPattern;
  readonly random: Random;
}

/** When requests arrive, in milliseconds from the start, in order. Laid down before, so that no answer can delay one. */
export function arrivalTimes({ perSecond, seconds, pattern, random }: ArrivalOptions): number[] {
  const meanGapMs = 1000 / perSecond;
  const times: number[] = [];
  const gap = () => (pattern === 'constant' ? meanGapMs : -Math.log(1 - random()) * meanGapMs);
  for (let at = gap(); at < seconds * 1000; at += gap()) times.push(at);
  return times;
}
