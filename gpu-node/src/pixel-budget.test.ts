import { describe, expect, test } from 'vitest';
import { PixelBudget } from './pixel-budget.ts';

const never = new AbortController().signal;
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when told to. */
function job() {
  let end = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { state: { begun: false }, done, end: () => end() };
}

function start(budget: PixelBudget, pixels: number, signal = never) {
  const { state, done, end } = job();
  const run = async () => {
    using _held = await budget.reserve(pixels, signal);
    state.begun = true;
    await done;
  };
  const result = run();
  result.catch(() => {});
  return { state, end, result };
}

describe('PixelBudget', () => {
  test('lets in what fits and keeps the rest waiting in order', async () => {
    const budget = new PixelBudget(100);
    const [a, b, c] = [start(budget, 60), start(budget, 60), start(budget, 30)];
    await settle();
    // c would fit beside a, but must not overtake b for ever.
    expect([a.state.begun, b.state.begun, c.state.begun]).toEqual([true, false, false]);
    a.end();
    await a.result;
    await settle();
    expect([b.state.begun, c.state.begun]).toEqual([true, true]);
  });

  test('an image larger than the budget runs alone', async () => {
    const budget = new PixelBudget(100);
    const small = start(budget, 10);
    const huge = start(budget, 500);
    await settle();
    expect(huge.state.begun).toBe(false);
    small.end();
    await small.result;
    await settle();
    expect(huge.state.begun).toBe(true);
  });

  test('who leaves while waiting makes room for the next', async () => {
    const budget = new PixelBudget(100);
    start(budget, 60);
    const leaving = new AbortController();
    const big = start(budget, 90, leaving.signal);
    const small = start(budget, 20);
    await settle();
    expect(small.state.begun).toBe(false);
    leaving.abort(new Error('gone'));
    await expect(big.result).rejects.toThrow('gone');
    await settle();
    expect([big.state.begun, small.state.begun]).toEqual([false, true]);
  });

  test('a failure gives its pixels back', async () => {
    const budget = new PixelBudget(100);
    const failing = async () => {
      using _held = await budget.reserve(100, never);
      throw new Error('broken');
    };
    await expect(failing()).rejects.toThrow('broken');
    const next = start(budget, 100);
    await settle();
    expect(next.state.begun).toBe(true);
  });
});
