import type { Field } from '@edge-ocr/shared/contract/result';
import { describe, expect, test } from 'vitest';
import { exampleResult } from '../persist/result.fixture.ts';
import { nameKey, readProduct } from './product-reading.ts';

const SHOP = '6a1c2f0e-8a51-4a8b-9f0f-0a7b1f1d2c3d';
const field = (value: string | number, confidence = 0.95): Field => ({
  ...{ value, confidence, line: null, lines: [], polygon: null },
});
const read = (fields: Record<string, Field>, type: 'product' | 'receipt' = 'product') =>
  readProduct(SHOP, exampleResult({ type, fields }), 0.8);

describe('readProduct', () => {
  test('takes what is sure, and leaves the rest', () => {
    const reading = read({
      product_name: field('Sourdough Loaf '),
      price: field(3.456),
      currency: field('GBP', 0.5),
      sku: field('SD-1', 0.79),
      expiry_date: field('2026-02-30'),
      quantity: field(0.8005),
      barcode: field('036000291452'),
    });
    expect(reading).toMatchObject({
      barcode: '00036000291452',
      values: { name: 'Sourdough Loaf', price: { amount: 3.46, currency: null }, quantity: 0.801 },
      confidences: { name: 0.95, price: 0.95, quantity: 0.95 },
    });
    expect(Object.keys(reading!.values)).toEqual(['name', 'price', 'quantity']);
  });

  test('UPC-A, EAN-13 and the GTIN of either are one code; a shop’s own number stays as it is', () => {
    const codeOf = (fields: Record<string, Field>) => read({ product_name: field('Tea'), ...fields })?.barcode;
    expect(codeOf({ barcode: field('036000291452') })).toBe('00036000291452');
    expect(codeOf({ barcode: field('0036000291452') })).toBe('00036000291452');
    expect(codeOf({ barcode: field('X'), gtin: field('00036000291452') })).toBe('00036000291452');
    expect(codeOf({ barcode: field('SHELF-17') })).toBe('SHELF-17');
    expect(codeOf({})).toBeNull();
  });

  test('a code that is not sure is no reason to go by the name', () => {
    expect(read({ product_name: field('Tea'), barcode: field('036000291452', 0.6) })).toBeNull();
    const failed = { ...field('036000291452'), check: 'failed' as const };
    expect(read({ product_name: field('Tea'), barcode: failed })).toBeNull();
  });

  test('nothing follows from another type, a code alone, or values without code and name', () => {
    expect(read({ product_name: field('Tea') }, 'receipt')).toBeNull();
    expect(read({ barcode: field('036000291452') })).toBeNull();
    expect(read({ price: field(3) })).toBeNull();
    expect(read({ product_name: field('***'), price: field(3) })).toBeNull();
    expect(read({ price: field(3), barcode: field('036000291452') })?.values).toEqual({
      price: { amount: 3, currency: null },
    });
  });

  test('what no column can hold is left out', () => {
    const reading = read({ product_name: field('Tea'), price: field(-1), quantity: field(1e12), sku: field('\0') });
    expect(Object.keys(reading!.values)).toEqual(['name']);
  });
});

test('names that differ in case, spaces and signs are one', () => {
  expect(nameKey(' Café-au-Lait,  250 G ')).toBe(nameKey('cafe\u0301 AU lait 250g'.replace('250g', '250 g')));
  expect(nameKey('চা পাতা')).toBe('চা পাতা');
  expect(nameKey('Tea 10')).not.toBe(nameKey('Tea 20'));
});
