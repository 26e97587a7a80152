import { expect, test } from 'vitest';
import { paced } from './paced.ts';

test('a burst passes at once, then one at a time, and a rest brings the burst back', () => {
  let now = 0;
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const turn = paced({ burst: 3, everyMs: 100 }, { now: () => now, wait });
  for (let i = 0; i < 5; i++) void turn();
  expect(waits).toEqual([100, 200]);
  now = 10_000;
  for (let i = 0; i < 4; i++) void turn();
  expect(waits).toEqual([100, 200, 100]);
});
