import { expect, test } from 'vitest';
import { exampleResult } from '../persist/result.fixture.ts';
import { describeResult } from './describe-result.ts';

test('shows text, fields in a column, codes, items, trust, warnings and what to do', () => {
  const shown = describeResult(
    exampleResult({
      structured: {
        company: 'HARDWARE TRADING',
        total: 12.5,
        line_items: [{ name: 'Nails', amount: 12.5 }, { name: 'Bag' }],
        documents: [
          {
            kind: 'pan',
            number: 'ABCDE1234F',
            valid: false,
            confidence: 0.4,
            line: 0,
            lines: [0],
            polygon: [
              [0, 0],
              [9, 0],
              [9, 9],
            ],
          },
        ],
      },
      barcodes: [
        {
          type: 'EAN13',
          value: '4006381333931',
          confidence: 1,
          page: 0,
          bounding_box: { x: 0, y: 0, width: 1, height: 1 },
          polygon: [],
        },
      ],
      needs_review: true,
      suggestion: 'Compare the fields',
      warnings: ['Only the first of 2 pages or frames was read'],
    }),
  );
  expect(shown.split('\n')).toEqual([
    '  │ HARDWARE TRADING',
    '  │ TOTAL 12.50',
    '  company        HARDWARE TRADING',
    '  total          12.5',
    '  pan            ABCDE1234F (not valid)',
    '  barcode EAN13  4006381333931',
    '  · Nails  12.50',
    '  · Bag',
    '  confidence 98.8 %, needs review · 812.4 ms · paddle',
    '  ! Only the first of 2 pages or frames was read',
    '  → Compare the fields',
  ]);
});

test('a sure result without fields is its text and one line more', () => {
  expect(describeResult(exampleResult({ structured: {}, text: 'HELLO' })).split('\n')).toEqual([
    '  │ HELLO',
    '  confidence 98.8 % · 812.4 ms · paddle',
  ]);
});

test('control characters of a code do not reach the terminal', () => {
  const box = { x: 0, y: 0, width: 1, height: 1 };
  const value = 'a\u001b[2Jb\nc\u009bd';
  const code = { type: 'QRCode', value, confidence: 1, page: 0, bounding_box: box, polygon: [] };
  const shown = describeResult(exampleResult({ structured: {}, text: 'HELLO', barcodes: [code] }));
  expect(shown.split('\n')[1]).toBe('  barcode QRCode  a·[2Jb·c·d');
});
