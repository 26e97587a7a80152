import { describe, expect, it } from 'vitest';
import { isMisreading } from './misread.ts';

describe('isMisreading', () => {
  it.each([
    [33_450, 38_450, 'one digit'],
    [80_000, 86_800, 'two digits that look like others'],
    [3_450, 33_450, 'a lost digit'],
    [287_000, 2_870, 'a lost point'],
    [1_250, 1_258, 'the third decimal'],
  ])('%i for %i: %s', (a, b) => {
    expect(isMisreading(a, b)).toBe(true);
    expect(isMisreading(b, a)).toBe(true);
  });

  it.each([
    [12_000, 12_000],
    [12_000, 37_000],
    [12_000, 43_000],
    [1_000, 100_000_000],
    [0, 5_000_000],
  ])('%i is not %i', (a, b) => expect(isMisreading(a, b)).toBe(false));
});
