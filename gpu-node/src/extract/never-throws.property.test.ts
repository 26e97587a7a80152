import { OCR_TYPES } from '@edge-ocr/shared/contract/options';
import { structuredSchema } from '@edge-ocr/shared/contract/result';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractFields } from './extract-fields.ts';
import { sampleLines } from './sample-lines.ts';

/** Pieces that wake every reader, in any order and with anything between. */
const PIECES = [
  'INVOICE NO',
  'Rechnungsdatum',
  'Bill To:',
  'Sold by',
  'Acme GmbH',
  'IBAN DE89 3704',
  'BIC',
  'VAT DE 232 446 24',
  'GSTIN 06AABCO6063D1Z',
  'Net 30',
  'P<UTO',
  '<<<<<<<<<<',
  'L898902C36UTO7408122F1204159ZE184226B',
  '2222 3333 4444',
  'ABCPK1234L',
  '6 x 330 ml',
  '/kg',
  'Brand:',
  'EXP 31/12',
  '12.03.2020',
  '$4.11',
  'www.acme.com',
  '|',
  ' ',
  '#',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 12 })
  .map((pieces) => pieces.join(''));

describe.each(OCR_TYPES)('extractFields for %s', (type) => {
  it('keeps to the contract whatever the lines say', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (rows) => {
        const { structured, checks } = extractFields(type, sampleLines(rows), []);
        expect(() => structuredSchema.parse(structured)).not.toThrow();
        expect(checks.every(({ message }) => message.length > 0)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
