import { describe, expect, it } from 'vitest';
import { extractFields } from './extract-fields.ts';
import { INVOICES } from './papers/invoices.ts';
import { paperLines } from './papers/paper-lines.ts';
import { RECEIPTS } from './papers/receipts.ts';

describe('receipts', () => {
  it.each(RECEIPTS)('$name', ({ page, truth }) => {
    expect(extractFields('receipt', paperLines(page), []).structured).toMatchObject(truth);
  });
});

describe('invoices', () => {
  it.each(INVOICES)('$name', ({ page, truth }) => {
    expect(extractFields('invoice', paperLines(page), []).structured).toMatchObject(truth);
  });
});

describe('sums that do not add up', () => {
  it.each([...RECEIPTS, ...INVOICES])('raise no alarm where they do: $name', ({ page }) => {
    expect(extractFields('receipt', paperLines(page), []).checks.filter(({ passed }) => !passed)).toEqual([]);
  });
});
