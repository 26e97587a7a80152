import { describe, expect, it } from 'vitest';
import { extractFields } from './extract-fields.ts';
import { sampleBarcode, sampleLines } from './sample-lines.ts';

const read = (...rows: string[]) => extractFields('product', sampleLines(rows), []).structured;

describe('product', () => {
  it('reads a shelf label', () => {
    expect(
      read('SPECIAL OFFER', '#CREAMY PEANUT BUTTER', 'QTY: 12', 'SKU: PB-340', 'RM 15.90', '6291041500213'),
    ).toEqual({
      product_name: 'CREAMY PEANUT BUTTER',
      quantity: 12,
      sku: 'PB-340',
      price: 15.9,
      currency: 'MYR',
      barcode: '6291041500213',
    });
  });

  it('reads a pack with Bengali digits', () => {
    expect(read('#সোনালী চা', 'মূল্য ৳১২০', 'EXP 30/11/2026')).toMatchObject({
      product_name: 'সোনালী চা',
      price: 120,
      currency: 'BDT',
      expiry_date: '2026-11-30',
    });
  });

  it('joins a name of two large lines and leaves small print', () => {
    expect(read('#GOLDEN', '#SUNFLOWER OIL', 'INGREDIENTS: SUNFLOWER OIL').product_name).toBe('GOLDEN SUNFLOWER OIL');
  });

  it('prefers the price of today', () => {
    expect(read('WAS $9.99', 'NOW $7.49', '$1.20 PER 100G').price).toBe(7.49);
  });

  it('prefers the decoded barcode, which has no line', () => {
    const { structured, fields } = extractFields('product', sampleLines(['6291041500213']), [
      sampleBarcode('96385074', 'EAN8'),
    ]);
    expect(structured.barcode).toBe('96385074');
    expect(fields.barcode).toEqual({ value: '96385074', confidence: 0.97, line: null, lines: [], polygon: null });
  });

  it('takes no printed number whose check digit is wrong', () => {
    expect(read('6291041500214').barcode).toBeUndefined();
  });
});
