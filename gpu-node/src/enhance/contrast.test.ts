import { describe, expect, test } from 'vitest';
import { stretchFor } from './contrast.ts';

/** So many pixels of each brightness. */
function histogram(counts: Record<number, number>): Uint32Array {
  const all = new Uint32Array(256);
  for (const [brightness, count] of Object.entries(counts)) all[Number(brightness)] = count;
  return all;
}

describe('stretchFor', () => {
  test('faint print is spread over a good part of the scale, dark and light alike', () => {
    for (const [ink, paper] of [
      [215, 245],
      [10, 40],
    ] as const) {
      const { gain, offset } = stretchFor(histogram({ [ink]: 100, [paper]: 900 }))!;
      expect(gain * ink + offset).toBeCloseTo(48, 9);
      expect(gain * paper + offset).toBeCloseTo(208, 9);
    }
  });

  test('good contrast is left alone', () => {
    expect(stretchFor(histogram({ 40: 100, 200: 900 }))).toBeNull();
    expect(stretchFor(histogram({ 100: 100, 160: 900 }))).toBeNull();
  });

  test('a few specks make no contrast', () => {
    expect(stretchFor(histogram({ 0: 5, 215: 100, 245: 900, 255: 5 }))).toEqual(
      stretchFor(histogram({ 215: 100, 245: 900 })),
    );
  });

  test('noise on one shade is not made into writing, and one shade is nothing to stretch', () => {
    expect(stretchFor(histogram({ 200: 500, 203: 500 }))!.gain).toBe(12);
    expect(stretchFor(histogram({ 200: 1000 }))).toBeNull();
    expect(stretchFor(histogram({}))).toBeNull();
  });
});
