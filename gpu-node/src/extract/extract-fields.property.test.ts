import { OCR_TYPES } from '@edge-ocr/shared/contract/options';
import type { Line } from '@edge-ocr/shared/contract/result';
import { structuredSchema } from '@edge-ocr/shared/contract/result';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractFields } from './extract-fields.ts';

const WORDS = [
  'TOTAL',
  'SUB TOTAL',
  'GST 6%',
  'CASH',
  'CHANGE',
  'ROUNDING',
  'DATE',
  'RM',
  '৳',
  'EXP',
  'INVOICE NO',
  'QTY',
  'SDN BHD',
  'JALAN',
];
const PIECES = [
  '1',
  '12',
  '.',
  ',',
  '/',
  '-',
  ' ',
  ':',
  '12.50',
  '1,234.56',
  '03/04/2018',
  '5 DEC',
  'O',
  'l',
  '২৫',
  '٣',
  '(',
  ')',
  '%',
];

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.array(fc.constantFrom(...WORDS, ...PIECES), { maxLength: 40 }).map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...PIECES)).map((parts) => parts.join(' ')),
  fc.tuple(fc.constantFrom(...PIECES), fc.integer({ min: 1, max: 2000 })).map(([piece, times]) => piece.repeat(times)),
);
const coordinate = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(0, 1e12));
const line: fc.Arbitrary<Line> = fc.record({
  text: hostileText,
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  polygon: fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 6 }),
  page: fc.nat(2),
  row: fc.nat(30),
  words: fc.constant([]),
});

describe.each(OCR_TYPES)('extractFields for %s', (type) => {
  it('keeps to the contract whatever the lines are', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const { structured, fields, checks, warnings } = extractFields(type, lines, []);
        expect(structuredSchema.safeParse(structured).error).toBeUndefined();
        for (const field of Object.values(fields)) {
          expect(field.confidence).toBeGreaterThanOrEqual(0);
          expect(field.confidence).toBeLessThanOrEqual(1);
          for (const index of field.lines) expect(lines[index]).toBeDefined();
        }
        for (const check of checks) if (!check.passed) expect(warnings).toContain(check.message);
      }),
      { numRuns: 400 },
    );
  });
});
