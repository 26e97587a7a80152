import { expect, test } from 'vitest';
import { DEFAULT_SHRINK, shrinkFactor, shrinkImage } from './shrink-image.ts';

test.each([
  [3000, 2000, 1],
  [4000, 3000, 0.75],
  [3024, 4032, 3000 / 4032],
  [12_000, 9000, 0.25],
  // Strips of paper keep their width.
  [1080, 9000, 1],
  [2000, 9000, 0.75],
])('%i × %i is multiplied by %f', (width, height, factor) => {
  expect(shrinkFactor(width, height, DEFAULT_SHRINK)).toBe(factor);
});

test('where nothing can draw an image goes as it is', async () => {
  const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...Array(20).fill(1)]);
  expect(await shrinkImage(bytes)).toBe(bytes);
});
