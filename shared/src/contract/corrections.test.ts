import { expect, test } from 'vitest';
import { OcrError } from '../errors.ts';
import { checkCorrections, correctableFields, correctionsSchema } from './corrections.ts';
import { OCR_TYPES } from './options.ts';

test('the body has between one and fifty fields, and nothing beside them', () => {
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 1]));
  for (const count of [1, 50]) expect(correctionsSchema.safeParse({ fields: fields(count) }).success).toBe(true);
  for (const count of [0, 51]) expect(correctionsSchema.safeParse({ fields: fields(count) }).success).toBe(false);
  expect(correctionsSchema.safeParse({ fields: fields(1), id: 'x' }).success).toBe(false);
  expect(correctionsSchema.safeParse({ fields: { total: Number.NaN } }).success).toBe(false);
  expect(correctionsSchema.safeParse({ fields: { total: true } }).success).toBe(false);
});

test('every type but documents has fields that can be corrected, and null does for each', () => {
  for (const type of OCR_TYPES) {
    const known = correctableFields(type);
    if (type !== 'document') expect(known).not.toEqual([]);
    const nothing = Object.fromEntries(known.map((name) => [name, null]));
    expect(checkCorrections(type, nothing)).toEqual(nothing);
  }
});

test('every wrong field is named at once, none with its value', () => {
  let thrown: unknown;
  try {
    checkCorrections('invoice', { total: 'hunter2', 'odd "name"': 'x', due_date: '31.12.2026', issuer: 'Mill' });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(OcrError);
  const { details, message, suggestion } = thrown as OcrError;
  expect(details.issues).toMatchObject([{ field: 'total' }, { field: 'odd??name?' }, { field: 'due_date' }]);
  expect(JSON.stringify([details, message, suggestion])).not.toMatch(/hunter2|31\.12/);
  expect(suggestion).toContain('invoice_number');
});

test('text is taken without white space around it', () => {
  expect(checkCorrections('product', { product_name: ' Green Tea\n', price: 0 })).toEqual({
    product_name: 'Green Tea',
    price: 0,
  });
});
