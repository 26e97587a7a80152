/**
 * What an operator should hear of, counted since this isolate started. Workers have no process that could be scraped as a
 * whole: sums over isolates come from the log lines of the same names.
 */
const COUNTED = [
  'limiter_fallback',
  'limits_unavailable',
  'bodies_refused',
  // Looks for an answer, by the level that had it; the rate of hits is their share of all four.
  'cache_hits_isolate',
  'cache_hits_near',
  'cache_hits_redis',
  'cache_misses',
  // Of the misses, those that were answered together with another request for the same image.
  'cache_shared',
] as const;
export type CountedEvent = (typeof COUNTED)[number];

const counts = new Map<CountedEvent, number>();

export function countEvent(event: CountedEvent): void {
  counts.set(event, (counts.get(event) ?? 0) + 1);
}

/** Every counter, also those that are 0. */
export function countersOf(): Record<CountedEvent, number> {
  return Object.fromEntries(COUNTED.map((event) => [event, counts.get(event) ?? 0])) as Record<CountedEvent, number>;
}
