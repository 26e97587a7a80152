import { describe, expect, test } from 'vitest';
import { seededRandom } from '../geometry.fixture.ts';
import { type BatchOptions, type Sized, takeBatch } from './batches.ts';

const OPTIONS: BatchOptions = { maxCrops: 4, maxTotalWidth: 2048, padding: 32 };
const crops = (...widths: number[]): Sized[] => widths.map((width) => ({ width }));
const widthsOf = (batch: readonly Sized[]) => batch.map(({ width }) => width);

describe('takeBatch', () => {
  test('takes the first and the nearest wider ones, whoever they belong to', () => {
    const { batch } = takeBatch(crops(90, 700, 100, 95, 20, 710), { ...OPTIONS, maxCrops: 3 });
    expect(widthsOf(batch)).toEqual([90, 95, 100]);
  });

  test('the width is that of the widest crop with its padding, on a multiple of 32', () => {
    expect(takeBatch(crops(64), OPTIONS).width).toBe(96);
    expect(takeBatch(crops(10, 65), OPTIONS).width).toBe(128);
  });

  test('the first is always taken, even when it is too wide by itself', () => {
    expect(widthsOf(takeBatch(crops(5000, 6000), OPTIONS).batch)).toEqual([5000]);
  });

  test('no crops are an error', () => {
    expect(() => takeBatch([], OPTIONS)).toThrow(RangeError);
  });

  test('random widths: taken until none is left, every crop once, both bounds held', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 300; round++) {
      const all = crops(
        ...Array.from({ length: Math.floor(random() * 60) }, () => 1 + Math.floor(random() ** 3 * 3000)),
      );
      const options = {
        maxCrops: 1 + Math.floor(random() * 16),
        maxTotalWidth: 320 + Math.floor(random() * 6000),
        padding: Math.floor(random() * 64),
      };
      const seen = new Set<Sized>();
      for (let waiting = all; waiting.length > 0; ) {
        const { batch, width } = takeBatch(waiting, options);
        expect(batch[0]).toBe(waiting[0]);
        const spare = width - Math.max(...widthsOf(batch)) - options.padding;
        expect(width % 32).toBe(0);
        expect(spare).toBeGreaterThanOrEqual(0);
        expect(spare).toBeLessThan(32);
        expect(batch.length).toBeLessThanOrEqual(options.maxCrops);
        if (batch.length > 1) expect(batch.length * width).toBeLessThanOrEqual(options.maxTotalWidth);
        for (const crop of batch) {
          expect(seen.has(crop)).toBe(false);
          seen.add(crop);
        }
        waiting = waiting.filter((crop) => !seen.has(crop));
      }
      expect(seen.size).toBe(all.length);
    }
  });
});
