import type { Barcode } from '@edge-ocr/shared/contract/result';
import { expect, test } from 'vitest';
import { codeChecks } from './code-checks.ts';

const code = (value: string, check_digit?: 'valid' | 'invalid'): Barcode => ({
  type: 'ITF',
  value,
  confidence: 0.6,
  bounding_box: { x: 0, y: 0, width: 9, height: 9 },
  page: 0,
  polygon: [],
  ...(check_digit && { check_digit }),
});

test('tells a wrong check digit, and nothing of codes that hold or have none', () => {
  expect(codeChecks([code('15400141288763', 'valid'), code('0829220875')])).toEqual([]);
  expect(codeChecks([code('15400141288764', 'invalid')])).toMatchObject([
    { name: 'barcode_check_digit', passed: false, message: expect.stringContaining('15400141288764') },
  ]);
});
