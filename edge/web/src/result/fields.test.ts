import { correctableFields } from '@edge-ocr/shared/contract/corrections';
import { OCR_TYPES } from '@edge-ocr/shared/contract/options';
import { type Field, type OcrResult, PAYMENT_METHODS } from '@edge-ocr/shared/contract/result';
import { describe, expect, it } from 'vitest';
import { FIELDS, kindOf, nameOf, PAYMENTS } from './field-names.ts';
import { fieldStatus, openFields } from './field-status.ts';
import { decimalsIn, parseEntry, shown } from './field-values.ts';

const field = (changes: Partial<Field> = {}): Field => ({
  value: 29.75,
  confidence: 0.95,
  line: 0,
  lines: [0],
  polygon: null,
  ...changes,
});
const corrected = (value: string | number | null) => ({ value, corrected_at: '2026-11-22T10:00:00.000Z' });

describe('the form’s fields', () => {
  it.each(OCR_TYPES)('are those of a %s that can be corrected', (type) => {
    expect([...FIELDS[type]].sort()).toEqual(correctableFields(type).sort());
  });

  it('offer every way of paying', () => {
    expect(Object.keys(PAYMENTS)).toEqual([...PAYMENT_METHODS]);
  });

  it('have names in plain words and inputs by what they hold', () => {
    expect(nameOf('service_charge')).toBe('Service charge');
    expect(nameOf('tax_id')).toBe('Tax number');
    expect(['due_date', 'total', 'pack_count', 'company'].map(kindOf)).toEqual(['date', 'money', 'number', 'text']);
  });
});

describe('values', () => {
  it('show amounts with the decimals of their result', () => {
    expect(decimalsIn({ structured: { total: 29.75, subtotal: 29 }, text: '' })).toBe(2);
    expect(decimalsIn({ structured: { total: 30 }, text: 'TOTAL EUR 30,00' })).toBe(2);
    expect(decimalsIn({ structured: { total: 3000 }, text: 'TOTAL JPY 3,000' })).toBe(0);
    expect(decimalsIn({ structured: { total: 1.125 }, text: 'TOTAL KWD 1.125' })).toBe(3);
    expect(shown(30, 'money', 2)).toBe('30.00');
    expect(shown(1.125, 'money', 2)).toBe('1.125');
    expect(shown(6, 'number', 2)).toBe('6');
    expect(shown(null, 'money', 2)).toBe('');
  });

  it.each([
    ['29.75', 29.75],
    ['29,75', 29.75],
    ['1,234.56', 1234.56],
    ['1.234,56', 1234.56],
    ['12 345', 12345],
    ['1,234', 1234],
    ["12'345.60", 12345.6],
    ['−3.40', -3.4],
  ])('understand %s as a number', (typed, value) => {
    expect(parseEntry(typed, 'money')).toEqual({ value });
  });

  it.each(['29.75 GBP', '1.2.3', 'ten', '--1', '.'])('refuse %s where a number belongs', (typed) => {
    expect(parseEntry(typed, 'money')).toHaveProperty('problem');
  });

  it('take nothing typed for "not on the image"', () => {
    expect(parseEntry('  ', 'text')).toEqual({ value: null });
  });
});

describe('what is said of a field', () => {
  it('marks unsure values and failed checks in words', () => {
    expect(fieldStatus(field({ confidence: 0.62 }), undefined)).toMatchObject({ text: 'unsure, 62 %', open: true });
    expect(fieldStatus(field({ check: 'failed' }), undefined)).toMatchObject({ tone: 'bad', open: true });
    expect(fieldStatus(field({ check: 'passed' }), undefined)).toMatchObject({ tone: 'good', open: false });
  });

  it('tells confirmed from corrected and from absent', () => {
    expect(fieldStatus(field(), corrected(29.75)).text).toBe('confirmed by you');
    expect(fieldStatus(field(), corrected(28)).text).toBe('corrected by you');
    expect(fieldStatus(field(), corrected(null)).text).toBe('not on the image, you said');
  });

  it('no longer asks for what a person has settled', () => {
    const fields = { total: field({ confidence: 0.3 }), date: field({ confidence: 0.3 }), company: field() };
    const result = { fields, corrections: { date: corrected('2026-01-02') } } as unknown as OcrResult;
    expect(openFields(result)).toEqual(['total']);
  });
});
