import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { repeat } from './repeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('begins when asked to, goes on after a failure, and ends', async () => {
  const onError = vi.fn();
  let times = 0;
  const repetition = repeat(
    async () => {
      times++;
      if (times === 1) throw new Error('away');
    },
    { everyMs: 1000, firstMs: 10, onError },
  );
  await vi.advanceTimersByTimeAsync(10);
  expect([times, onError.mock.calls.length]).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(2000);
  expect([times, onError.mock.calls.length]).toEqual([3, 1]);
  await repetition.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(times).toBe(3);
});

test('never runs twice at once, and stop waits for what runs', async () => {
  const ends: (() => void)[] = [];
  const work = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const repetition = repeat(work, { everyMs: 10, onError: () => {} });
  await vi.advanceTimersByTimeAsync(100);
  expect(work).toHaveBeenCalledOnce();
  let stopped = false;
  const stopping = repetition.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(stopped).toBe(false);
  ends[0]!();
  await stopping;
  expect(stopped).toBe(true);
});
