import { expect, test } from 'vitest';
import { equalise } from './local-contrast.ts';

const image = (width: number, height: number, level: (x: number, y: number) => number) => ({
  data: Uint8Array.from({ length: width * height }, (_, i) => level(i % width, Math.floor(i / width))),
  width,
  height,
});

test('gives faint stripes in the shadow more contrast', () => {
  const faint = image(160, 160, (x) => 20 + (x % 8 < 4 ? 0 : 8));
  const { data } = equalise(faint);
  const contrast = data[80 * 160 + 38]! - data[80 * 160 + 34]!;
  expect(contrast).toBeGreaterThan(8);
});

test('keeps the order of levels that are near each other', () => {
  const ramp = image(64, 64, (x) => x * 4);
  const row = [...equalise(ramp).data.subarray(32 * 64, 33 * 64)];
  expect(row.every((level, i) => i === 0 || level >= row[i - 1]! - 1)).toBe(true);
});

test.each([
  [1, 1],
  [3, 200],
  [9, 7],
])('takes %i × %i', (width, height) => {
  expect(equalise(image(width, height, () => 90)).data).toHaveLength(width * height);
});
