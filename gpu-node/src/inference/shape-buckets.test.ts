import { describe, expect, test } from 'vitest';
import { bucketOf, detectorShapes, recogniserShapes, shapeBuckets } from './shape-buckets.ts';

const buckets = shapeBuckets({ width: 1632, rows: 32, side: 1216 });

describe('shapeBuckets', () => {
  test('every bucket is one that the networks take, and the largest is the limit', () => {
    for (const pixels of [...buckets.widths, ...buckets.sides]) expect(pixels % 32).toBe(0);
    expect([buckets.widths.at(-1), buckets.rows.at(-1), buckets.sides.at(-1)]).toEqual([1632, 32, 1216]);
  });

  test('small limits leave small buckets only', () => {
    expect(shapeBuckets({ width: 300, rows: 2, side: 64 })).toEqual({
      widths: [160, 320],
      rows: [1, 2],
      sides: [32, 64],
    });
  });
});

test('bucketOf holds the value, and lets through what is beyond', () => {
  expect([1, 160, 161, 1632, 2000].map((width) => bucketOf(width, buckets.widths))).toEqual([
    160, 160, 320, 1632, 2000,
  ]);
  expect(bucketOf(77, undefined)).toBe(77);
});

test('the shapes to warm up are told once each, and no batch beyond its width', () => {
  for (const shapes of [detectorShapes(buckets), recogniserShapes(buckets, 48, 4096)]) {
    expect(new Set(shapes.map(String)).size).toBe(shapes.length);
  }
  expect(detectorShapes(buckets)).toContainEqual([1, 3, 1216, 608]);
  expect(detectorShapes(buckets)).toContainEqual([1, 3, 608, 1216]);
  expect(detectorShapes(buckets)).toContainEqual([1, 3, 1216, 1216]);
  const batches = recogniserShapes(buckets, 48, 4096);
  expect(batches).toContainEqual([1, 3, 48, 1632]);
  expect(batches.every(([rows, , , width]) => rows === 1 || rows! * width! <= 4096)).toBe(true);
});
