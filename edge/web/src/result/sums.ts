import type { LineItem, OcrResult } from '@edge-ocr/shared/contract/result';
import { decimalsOf } from './field-values.ts';

export interface Comparison {
  readonly field: 'subtotal' | 'total';
  readonly value: number;
  /** The items' sum less this value; 0: they agree. */
  readonly difference: number;
}

export interface ItemsSum {
  readonly sum: number;
  /** Items whose amount was not read, and which the sum therefore lacks. */
  readonly withoutAmount: number;
  readonly comparisons: readonly Comparison[];
}

/** What the line items come to, held against the subtotal and the total; null without a single amount. */
export function itemsSum({ structured }: OcrResult): ItemsSum | null {
  const items = structured.line_items ?? [];
  const amounts = items.flatMap(({ amount }) => amount ?? []);
  if (amounts.length === 0) return null;
  const sum = add(amounts);
  const comparisons = (['subtotal', 'total'] as const).flatMap((field) => {
    const value = structured[field];
    return value === undefined ? [] : [{ field, value, difference: add([sum, -value]) }];
  });
  return { sum, withoutAmount: items.length - amounts.length, comparisons };
}

/** Quantity times unit price, where all three were read and do not agree within half of the last decimal; else null. */
export function expectedAmount({ quantity, unit_price, amount }: LineItem): number | null {
  if (quantity === undefined || unit_price === undefined || amount === undefined) return null;
  const decimals = Math.max(decimalsOf(amount), 2);
  const expected = round(quantity * unit_price, decimals);
  return Math.abs(expected - amount) > 0.5 * 10 ** -decimals ? expected : null;
}

/** In the smallest unit that any of them has: 0.1 + 0.2 must be 0.3. */
function add(amounts: readonly number[]): number {
  const unit = 10 ** Math.max(...amounts.map(decimalsOf));
  return amounts.reduce((sum, amount) => sum + Math.round(amount * unit), 0) / unit;
}

function round(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
