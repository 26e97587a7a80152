import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentTimes } from './recent-times.ts';

/** Over a clock that the test moves, in milliseconds. */
function times(options: { windowSeconds?: number; maxSamples?: number } = {}) {
  const clock = { now: 1000 };
  const recent = new RecentTimes({ windowSeconds: 60, maxSamples: 100, ...options, now: () => clock.now });
  return { clock, recent };
}

test('nothing is said of nothing', () => {
  expect(times().recent.summary()).toEqual({});
});

test('percentiles are times that were measured', () => {
  const { recent } = times();
  for (let i = 100; i >= 1; i--) recent.add(i, { recognise: i / 10 });
  expect(recent.summary()).toEqual({
    latency_ms: { window_seconds: expect.any(Number), count: 100, p50: 50, p95: 95, p99: 99 },
    stages: { recognise: { p50: 5, p95: 9.5, p99: 9.9 } },
  });
});

test('one image is its own percentiles, and stages that did not run are left out', () => {
  const { recent } = times();
  recent.add(120.26, { decode: 7, persist: 0 });
  expect(recent.summary()).toEqual({
    latency_ms: { window_seconds: 60, count: 1, p50: 120.3, p95: 120.3, p99: 120.3 },
    stages: { decode: { p50: 7, p95: 7, p99: 7 }, persist: { p50: 0, p95: 0, p99: 0 } },
  });
});

test('what is older than the window counts no more', () => {
  const { clock, recent } = times();
  recent.add(500, {});
  clock.now += 40_000;
  recent.add(100, {});
  expect(recent.summary().latency_ms).toMatchObject({ count: 2, p99: 500, window_seconds: 60 });
  clock.now += 30_000;
  expect(recent.summary().latency_ms).toMatchObject({ count: 1, p99: 100 });
  clock.now += 60_000;
  expect(recent.summary()).toEqual({});
});

test('with more images than it remembers it looks less far back, and says so', () => {
  const { clock, recent } = times({ maxSamples: 10 });
  for (let i = 1; i <= 25; i++) {
    clock.now += 1000;
    recent.add(i, {});
  }
  expect(recent.summary().latency_ms).toEqual({ window_seconds: 9, count: 10, p50: 20, p95: 25, p99: 25 });
});

test('percentiles are in order, and among the times, for any of them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30_000), { minLength: 1, maxLength: 80 }), (all) => {
      const { recent } = times({ maxSamples: 50 });
      for (const milliseconds of all) recent.add(milliseconds, { detect: milliseconds });
      const { p50, p95, p99, count } = recent.summary().latency_ms!;
      const kept = all.slice(-50);
      expect(count).toBe(kept.length);
      for (const value of [p50, p95, p99]) expect(kept).toContain(value);
      expect(kept.filter((value) => value <= p50).length).toBeGreaterThanOrEqual(kept.length / 2);
      expect(p50 <= p95 && p95 <= p99).toBe(true);
      expect(recent.summary().stages?.detect).toEqual({ p50, p95, p99 });
    }),
  );
});
