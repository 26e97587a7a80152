import { describe, expect, it } from 'vitest';
import { advance, remaining, type SlidingWindow, waitMs } from './sliding-window.ts';

const rule = { limit: 10, windowMs: 1000 };

/** Tries to take one at `now`. */
function take(window: SlidingWindow | undefined, now: number): { window: SlidingWindow; taken: boolean } {
  const advanced = advance(window, rule, now);
  const taken = waitMs(advanced, rule, now) === 0;
  return { window: taken ? { ...advanced, current: advanced.current + 1 } : advanced, taken };
}

describe('a sliding window', () => {
  it('lets exactly the limit through in a burst, and one more after the wait it names', () => {
    let window: SlidingWindow | undefined;
    for (let i = 0; i < 10; i++) {
      const step = take(window, 5000 + i);
      expect(step.taken).toBe(true);
      window = step.window;
    }
    const refused = take(window, 5500);
    expect(refused.taken).toBe(false);
    const wait = waitMs(refused.window, rule, 5500);
    expect(take(refused.window, 5500 + wait - 2).taken).toBe(false);
    expect(take(refused.window, 5500 + wait).taken).toBe(true);
  });

  it('never lets more than the limit and a fading rest through in any one window', () => {
    let window: SlidingWindow | undefined;
    const times: number[] = [];
    for (let now = 0; now < 10_000; now += 10) {
      const step = take(window, now);
      window = step.window;
      if (step.taken) times.push(now);
    }
    const inWindow = times.map((end) => times.filter((time) => time > end - rule.windowMs && time <= end).length);
    // The fading count is an estimate: it supposes that the window before was filled evenly.
    expect(Math.max(...inWindow)).toBeLessThanOrEqual(2 * rule.limit - 1);
    expect(times.length).toBeLessThanOrEqual(11 * rule.limit);
    expect(times.length).toBeGreaterThanOrEqual(9 * rule.limit);
  });

  it('forgets after two windows, and when the clock went back', () => {
    const full = { start: 0, current: 10, previous: 10 };
    expect(remaining(advance(full, rule, 2000), rule, 2000)).toBe(10);
    expect(advance({ start: 5000, current: 10, previous: 0 }, rule, 10)).toEqual({
      start: 10,
      current: 0,
      previous: 0,
    });
  });
});
