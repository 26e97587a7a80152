import { expect, test } from 'vitest';
import type { DecodedBarcode, Symbology } from './decoded.ts';
import { confidenceOf } from './plausibility.ts';

const seen = (type: Symbology, value: string, lines: number): DecodedBarcode => ({
  type,
  value,
  lines,
  corners: [
    [0, 0],
    [9, 0],
    [9, 9],
    [0, 9],
  ],
});

test.each([
  ['QRCode', 'x', 0, 1],
  ['EAN13', '4006381333931', 20, 0.98],
  ['EAN13', '4006381333931', 2, 0.6],
  ['EAN8', '96385074', 20, 0.9],
  ['EAN8', '96385074', 2, null],
  ['ITF', '15400141288763', 20, 0.9],
  ['ITF', '15400141288764', 20, 0.7],
  ['ITF', '1234', 20, null],
  ['ITF', '0829220875', 1, null],
  ['Codabar', '123', 20, null],
  ['Telepen', 'LIB-42', 20, 0.7],
  ['Telepen', 'LIB-42', 5, null],
] as const)('%s %s on %i lines → %s', (type, value, lines, confidence) => {
  expect(confidenceOf(seen(type, value, lines))).toBe(confidence);
});
