import { expect, test } from 'vitest';
import { TimeBudget } from './time-budget.ts';

test('plans with the worst until it has seen a look, then with the slowest of those', async () => {
  const budget = new TimeBudget(1_000_000);
  const atFirst = budget.pixelsLeft();
  await budget.learn(1_000_000_000, async () => undefined);
  const afterQuick = budget.pixelsLeft();
  expect(afterQuick).toBeGreaterThan(atFirst);
  await budget.learn(20_000, () => new Promise((resolve) => setTimeout(resolve, 30)));
  const afterSlow = budget.pixelsLeft();
  expect(afterSlow).toBeLessThan(afterQuick);
  await budget.learn(1_000_000_000, async () => undefined);
  expect(budget.pixelsLeft()).toBeLessThanOrEqual(afterSlow);
});

test('leaves less for a look that has to be prepared, and nothing when it is over', () => {
  const budget = new TimeBudget(1_000_000);
  expect(budget.pixelsLeft(0.001)).toBeLessThan(budget.pixelsLeft());
  expect(budget.isOver).toBe(false);
  const over = new TimeBudget(0);
  expect([over.isOver, over.pixelsLeft()]).toEqual([true, 0]);
});
