import { describe, expect, test } from 'vitest';
import { fitIsotonic } from './isotonic.ts';

const many = (count: number, confidence: number, right: number) =>
  Array.from({ length: count }, (_, i) => ({ confidence, right: Number(i < right * count) }));

describe('fitIsotonic', () => {
  test('what rises already stays, a little less certain', () => {
    expect(fitIsotonic([...many(99, 0.2, 0), ...many(99, 0.9, 1)])).toEqual([
      [0.2, 0.005],
      [0.9, 0.995],
    ]);
  });

  test('what falls is pooled', () => {
    expect(fitIsotonic([...many(50, 0.2, 0.1), ...many(50, 0.6, 0.9), ...many(50, 0.8, 0.5)])).toEqual([
      [0.2, 0.108],
      [0.7, 0.698],
    ]);
  });

  test.each([
    ['first', [...many(5, 0.2, 0), ...many(35, 0.6, 1)]],
    ['last', [...many(35, 0.6, 0), ...many(5, 0.9, 1)]],
  ])('too few to say anything are joined with their neighbours, the %s too', (_name, observed) => {
    expect(fitIsotonic(observed)).toHaveLength(1);
  });

  test('nothing, no curve', () => {
    expect(fitIsotonic([])).toEqual([]);
  });
});
