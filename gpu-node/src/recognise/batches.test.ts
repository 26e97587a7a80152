import { describe, expect, test } from 'vitest';
import { seededRandom } from '../geometry.fixture.ts';
import { type BatchOptions, planBatches } from './batches.ts';

const OPTIONS: BatchOptions = { maxCrops: 4, maxTotalWidth: 2048, padding: 32 };

describe('planBatches', () => {
  test('crops of like width go together, whatever their order', () => {
    const batches = planBatches([700, 90, 710, 100], { ...OPTIONS, maxTotalWidth: 1600 });
    expect(batches.map(({ indexes }) => indexes)).toEqual([
      [1, 3],
      [0, 2],
    ]);
  });

  test('the width is that of the widest crop with its padding, on a multiple of 32', () => {
    expect(planBatches([64], OPTIONS)).toEqual([{ indexes: [0], width: 96 }]);
    expect(planBatches([65, 10], OPTIONS)).toEqual([{ indexes: [1, 0], width: 128 }]);
  });

  test('no crops, no batches', () => {
    expect(planBatches([], OPTIONS)).toEqual([]);
  });

  test('random widths: every crop once, room for it and its padding, both bounds held', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 300; round++) {
      const widths = Array.from({ length: Math.floor(random() * 60) }, () => 1 + Math.floor(random() ** 3 * 3000));
      const options = {
        maxCrops: 1 + Math.floor(random() * 16),
        maxTotalWidth: 320 + Math.floor(random() * 6000),
        padding: Math.floor(random() * 64),
      };
      const batches = planBatches(widths, options);
      expect(batches.flatMap(({ indexes }) => indexes).sort((a, b) => a - b)).toEqual(widths.map((_, i) => i));
      for (const { indexes, width } of batches) {
        const widest = Math.max(...indexes.map((i) => widths[i]!));
        expect(width % 32).toBe(0);
        expect(width - widest - options.padding).toBeGreaterThanOrEqual(0);
        expect(width - widest - options.padding).toBeLessThan(32);
        expect(indexes.length).toBeLessThanOrEqual(options.maxCrops);
        // A crop that is too wide by itself must still be read, alone.
        if (indexes.length > 1) expect(indexes.length * width).toBeLessThanOrEqual(options.maxTotalWidth);
      }
    }
  });

  test('batches are filled up before the next begins', () => {
    const batches = planBatches([50, 50, 50, 50, 50, 50, 50], OPTIONS);
    expect(batches.map(({ indexes }) => indexes.length)).toEqual([4, 3]);
  });
});
