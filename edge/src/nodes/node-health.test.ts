import { describe, expect, it } from 'vitest';
import { RecentLatencies } from './latency.ts';
import { NodeHealth } from './node-health.ts';

const RULES = { failuresAllowed: 3, restMs: 1000, restMaxMs: 3000 };

function failTimes(health: NodeHealth, times: number, now: number): (number | null)[] {
  return Array.from({ length: times }, () => health.failed(now, RULES));
}

describe('a node’s health', () => {
  it('is lost with failures in a row, not with some among successes', () => {
    const health = new NodeHealth();
    expect(failTimes(health, 2, 0)).toEqual([null, null]);
    health.succeeded();
    expect(failTimes(health, 2, 0)).toEqual([null, null]);
    expect(health.state(0)).toBe('free');
    expect(health.failed(0, RULES)).toBe(1000);
    expect(health.state(999)).toBe('resting');
    expect(health.state(1000)).toBe('due');
  });

  it('is not lost a second time by what was under way when it was', () => {
    const health = new NodeHealth();
    expect(failTimes(health, 6, 0)).toEqual([null, null, 1000, null, null, null]);
  });

  it('is looked at by one at a time, unless that one was lost', () => {
    const health = new NodeHealth();
    failTimes(health, 3, 0);
    expect(health.takeProbe(500)).toBe(false);
    expect([health.takeProbe(1500), health.takeProbe(1500)]).toEqual([true, false]);
    expect(health.takeProbe(20_000)).toBe(true);
  });

  it('rests longer each time that the probe finds nothing, up to a limit', () => {
    const health = new NodeHealth();
    failTimes(health, 3, 0);
    const rests = [];
    for (let now = 1000, i = 0; i < 3; i++) {
      health.probed(false, now, RULES);
      let rest = 0;
      while (health.state(now + rest) === 'resting') rest += 100;
      rests.push(rest);
      now += rest;
    }
    expect(rests).toEqual([2000, 3000, 3000]);
  });

  it('that a probe gave back is lost again with one failure, for longer, and whole with one success', () => {
    const health = new NodeHealth();
    failTimes(health, 3, 0);
    health.probed(true, 1000, RULES);
    expect(health.state(1000)).toBe('free');
    expect(health.failed(1000, RULES)).toBe(2000);
    health.probed(true, 3000, RULES);
    health.succeeded();
    expect(failTimes(health, 3, 4000)).toEqual([null, null, 1000]);
  });

  it('is untouched by a refusal, which only makes it busy for a while', () => {
    const health = new NodeHealth();
    health.refused(0, 2000);
    expect([health.state(1999), health.state(2000)]).toEqual(['busy', 'free']);
  });

  it('forgets a request that never said it was over', () => {
    const health = new NodeHealth();
    const over = health.begin(1000);
    health.begin(2000);
    expect(health.inFlight(500)).toBe(2);
    over();
    expect([health.inFlight(500), health.inFlight(2001)]).toEqual([1, 0]);
  });
});

describe('recent latencies', () => {
  it('have a 95th percentile once there are enough, of the last ones only', () => {
    const latencies = new RecentLatencies();
    for (let i = 1; i < 20; i++) latencies.add(i);
    expect(latencies.p95()).toBeNull();
    latencies.add(20);
    expect(latencies.p95()).toBe(20);
    for (let i = 1; i <= 200; i++) latencies.add(i);
    expect(latencies.p95()).toBe(191);
  });
});
