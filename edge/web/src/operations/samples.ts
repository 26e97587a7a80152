/** What the page has seen of the service since it was opened. */
import type { Metrics } from '@edge-ocr/shared/contract/operations';

export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly metrics: Metrics;
}

/** At a sample every five seconds: ten minutes. */
export const SAMPLES_MAX = 120;

export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples, sample].slice(-SAMPLES_MAX);
}

/** A value of each sample; null where it had none, which is a gap in a chart. */
export function seriesOf(samples: readonly Sample[], read: (metrics: Metrics) => number | undefined) {
  return samples.map(({ metrics }) => read(metrics) ?? null);
}

/**
 * How fast a counter grew between each two samples, per minute. null where it fell: it began anew, or another node or
 * isolate has answered.
 */
export function perMinute(samples: readonly Sample[], count: (metrics: Metrics) => number): (number | null)[] {
  return samples.slice(1).map((sample, place) => {
    const before = samples[place]!;
    const grown = count(sample.metrics) - count(before.metrics);
    const minutes = (sample.at - before.at) / 60_000;
    return grown < 0 || minutes <= 0 ? null : grown / minutes;
  });
}

export function errorsOf({ errors_by_type }: Metrics): number {
  return Object.values(errors_by_type).reduce((sum, count) => sum + count, 0);
}
