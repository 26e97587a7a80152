import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { describe, expect, it } from 'vitest';
import { expectedAmount, itemsSum } from './sums.ts';

const withItems = (amounts: (number | undefined)[], totals: object = {}) =>
  ({
    structured: {
      ...totals,
      line_items: amounts.map((amount) => ({ name: 'x', ...(amount !== undefined && { amount }) })),
    },
  }) as unknown as OcrResult;

describe('line items', () => {
  it('are added without losing a cent', () => {
    expect(itemsSum(withItems([0.1, 0.2, 0.7]))!.sum).toBe(1);
    expect(itemsSum(withItems([1.115, 2]))!.sum).toBe(3.115);
  });

  it('are held against subtotal and total', () => {
    const { comparisons } = itemsSum(withItems([20, 9], { subtotal: 29, total: 29.75 }))!;
    expect(comparisons).toEqual([
      { field: 'subtotal', value: 29, difference: 0 },
      { field: 'total', value: 29.75, difference: -0.75 },
    ]);
  });

  it('without an amount are counted, and make no sum alone', () => {
    expect(itemsSum(withItems([3, undefined, -1]))).toEqual({ sum: 2, withoutAmount: 1, comparisons: [] });
    expect(itemsSum(withItems([undefined]))).toBeNull();
  });

  it('that contradict themselves are found, but for rounding', () => {
    expect(expectedAmount({ name: 'x', quantity: 3, unit_price: 1.1, amount: 3.3 })).toBeNull();
    expect(expectedAmount({ name: 'x', quantity: 0.333, unit_price: 2.99, amount: 1 })).toBeNull();
    expect(expectedAmount({ name: 'x', quantity: 3, unit_price: 1.1, amount: 3.8 })).toBe(3.3);
    expect(expectedAmount({ name: 'x', amount: 3.8 })).toBeNull();
  });
});
