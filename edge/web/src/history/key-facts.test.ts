import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { expect, test } from 'vitest';
import { keyFactsOf, matchingLine } from './key-facts.ts';

const result = (given: Partial<OcrResult>) => ({ structured: {}, barcodes: [], text: '', ...given }) as OcrResult;

test('a receipt is known by its company, date and total', () => {
  const structured = { company: 'Harbour Lane', date: '2026-10-14', total: 29.75, currency: 'GBP' };
  expect(keyFactsOf(result({ structured }))).toEqual({
    title: 'Harbour Lane',
    date: '2026-10-14',
    amount: 29.75,
    currency: 'GBP',
  });
});

test('what has no name is known by its paper, its code, its first words, or as nothing', () => {
  const paper = { kind: 'passport', number: 'X', valid: true, confidence: 1, line: 0, lines: [], polygon: [] } as const;
  const documents = [paper] as unknown as NonNullable<OcrResult['structured']['documents']>;
  expect(keyFactsOf(result({ structured: { documents } })).title).toBe('Passport');
  const barcodes = [{ value: '4006381333931' }] as OcrResult['barcodes'];
  expect(keyFactsOf(result({ barcodes, text: 'x' })).title).toBe('4006381333931');
  expect(keyFactsOf(result({ text: '\n  Hello \nthere' })).title).toBe('Hello');
  expect(keyFactsOf(result({})).title).toBe('Nothing was read');
});

test('a total of nothing is an amount, a currency without one is not shown', () => {
  expect(keyFactsOf(result({ structured: { total: 0 } })).amount).toBe(0);
  expect(keyFactsOf(result({ structured: { currency: 'EUR' } }))).not.toHaveProperty('currency');
});

test('the line that matches best is found, in any letters', () => {
  const text = 'GREEN TEA\nMint Tea 3.40\nÄPFEL';
  expect(matchingLine(text, 'mint tea')).toBe('Mint Tea 3.40');
  expect(matchingLine(text, 'äpfel')).toBe('ÄPFEL');
  expect(matchingLine(text, '"-"')).toBeUndefined();
  expect(matchingLine(text, 'coffee')).toBeUndefined();
});
