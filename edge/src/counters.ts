/**
 * What an operator should hear of, counted since this isolate started. Workers have no process that could be scraped as a
 * whole: sums over isolates come from the log lines of the same names.
 */
const COUNTED = ['limiter_fallback', 'limits_unavailable', 'bodies_refused'] as const;
export type CountedEvent = (typeof COUNTED)[number];

const counts = new Map<CountedEvent, number>();

export function countEvent(event: CountedEvent): void {
  counts.set(event, (counts.get(event) ?? 0) + 1);
}

/** Every counter, also those that are 0. */
export function countersOf(): Record<CountedEvent, number> {
  return Object.fromEntries(COUNTED.map((event) => [event, counts.get(event) ?? 0])) as Record<CountedEvent, number>;
}
