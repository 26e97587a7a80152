import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latestSource, mergeProduct, type Product } from './merge-product.ts';
import type { ProductReading, ProductValues } from './product-reading.ts';

const NEW: Product = { values: {}, sources: {}, writtenAt: '' };
const time = (minute: number) => `2026-11-01T10:${String(minute).padStart(2, '0')}:00.000Z`;

function reading(minute: number, values: ProductValues, jobId = 'job'): ProductReading {
  const confidences = Object.fromEntries(Object.keys(values).map((name) => [name, 0.9]));
  return { shopId: 's', barcode: 'b', at: time(minute), jobId, values, confidences };
}

function apply(readings: readonly ProductReading[], from: Product = NEW): Product {
  let product = from;
  for (const next of readings) product = { ...product, ...mergeProduct(product, next) };
  return product;
}

describe('mergeProduct', () => {
  test('an older reading fills what is missing, and overwrites nothing', () => {
    const product = apply([
      reading(5, { name: 'Tea', price: { amount: 3, currency: 'GBP' } }),
      reading(3, { name: 'Tee', sku: 'T-1' }),
    ]);
    expect(product.values).toEqual({ name: 'Tea', price: { amount: 3, currency: 'GBP' }, sku: 'T-1' });
    expect(latestSource(product.sources)).toEqual({ at: time(5), job: 'job', confidence: 0.9 });
    expect(mergeProduct(product, reading(5, { name: 'Tea' }))).toBeNull();
  });

  test('what somebody else wrote gives way only to what was read later', () => {
    const entered: Product = { values: { name: 'Tea, loose' }, sources: {}, writtenAt: time(10) };
    expect(mergeProduct(entered, reading(9, { name: 'TEA' }))).toBeNull();
    expect(mergeProduct(entered, reading(9, { sku: 'T-1' }))?.values).toEqual({ name: 'Tea, loose', sku: 'T-1' });
    expect(mergeProduct(entered, reading(11, { name: 'TEA' }))?.values.name).toBe('TEA');
  });

  test('what somebody changed after OCR wrote it counts as theirs', () => {
    const read = apply([reading(1, { name: 'TFA' })]);
    const mended: Product = { ...read, values: { name: 'Tea' }, writtenAt: time(10) };
    expect(mergeProduct(mended, reading(5, { name: 'TFA' }))).toBeNull();
    expect(mergeProduct({ ...mended, values: {} }, reading(5, { name: 'TFA' }))).toBeNull();
    expect(mergeProduct(mended, reading(11, { name: 'Tea' }))?.sources.name?.at).toBe(time(11));
  });

  test('the order of readings, and how often they come, makes no difference', () => {
    const arbitrary = fc.record({
      minute: fc.integer({ min: 0, max: 5 }),
      job: fc.constantFrom('a', 'b', 'c'),
      name: fc.option(fc.constantFrom('Tea', 'Tee'), { nil: undefined }),
      sku: fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
    });
    // One job says one thing, at one time.
    const readings = fc.uniqueArray(arbitrary, { selector: ({ minute, job }) => `${minute}${job}`, maxLength: 8 });
    fc.assert(
      fc.property(readings, fc.array(fc.nat(), { maxLength: 20 }), (drawn, picks) => {
        const all = drawn.map(({ minute, job, name, sku }) =>
          reading(minute, { ...(name !== undefined && { name }), ...(sku !== undefined && { sku }) }, job),
        );
        const repeated = [...picks.flatMap((pick) => all[pick % Math.max(1, all.length)] ?? []), ...all.toReversed()];
        expect(apply(repeated)).toEqual(apply(all));
      }),
    );
  });
});
