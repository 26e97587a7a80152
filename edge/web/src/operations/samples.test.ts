import type { Metrics } from '@edge-ocr/shared/contract/operations';
import { expect, test } from 'vitest';
import { errorsOf, perMinute, SAMPLES_MAX, type Sample, seriesOf, withSample } from './samples.ts';

const sample = (at: number, total_requests: number, more: object = {}): Sample => ({
  at,
  metrics: { total_requests, errors_by_type: {}, ...more } as Metrics,
});

test('only the latest samples are kept', () => {
  let samples: readonly Sample[] = [];
  for (let at = 0; at < SAMPLES_MAX + 3; at++) samples = withSample(samples, sample(at, 0));
  expect(samples).toHaveLength(SAMPLES_MAX);
  expect(samples[0]!.at).toBe(3);
});

test('a rate is between two samples, and none where the counter began anew', () => {
  const samples = [sample(0, 10), sample(30_000, 20), sample(60_000, 3), sample(60_000, 4)];
  expect(perMinute(samples, ({ total_requests }) => total_requests)).toEqual([20, null, null]);
  expect(perMinute(samples.slice(0, 1), ({ total_requests }) => total_requests)).toEqual([]);
});

test('a sample without the value is a gap', () => {
  const latency_ms = { p50: 5, p95: 7, p99: 9, window_seconds: 60, count: 1 };
  const samples = [sample(0, 0), sample(1, 0, { latency_ms })];
  expect(seriesOf(samples, (metrics) => metrics.latency_ms?.p95)).toEqual([null, 7]);
});

test('errors are summed over their types', () => {
  expect(errorsOf(sample(0, 0, { errors_by_type: { TIMEOUT: 2, INTERNAL: 1 } }).metrics)).toBe(3);
});
