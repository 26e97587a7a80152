import { expect, test } from 'vitest';
import { codeMeaning } from './code-meaning.ts';
import type { DecodedBarcode, Symbology } from './decoded.ts';

const meaning = (type: Symbology, value: string, more: Partial<DecodedBarcode> = {}) =>
  codeMeaning({
    type,
    value,
    lines: 9,
    corners: [
      [0, 0],
      [9, 0],
      [9, 9],
      [0, 9],
    ],
    ...more,
  });

test.each([
  ['EAN13', '4006381333931', { gtin: '04006381333931' }],
  ['UPCA', '036000291452', { gtin: '00036000291452' }],
  ['EAN8', '96385074', { gtin: '00000096385074' }],
  ['ITF', '15400141288763', { gtin: '15400141288763' }],
  ['EAN13', '9780306406157', { gtin: '09780306406157', isbn: '9780306406157', isbn10: '0306406152' }],
  ['EAN13', '9780804429573', { gtin: '09780804429573', isbn: '9780804429573', isbn10: '080442957X' }],
  ['EAN13', '9791034304295', { gtin: '09791034304295', isbn: '9791034304295' }],
  ['EAN13', '9790060115615', { gtin: '09790060115615' }],
  ['EAN13', '9770311175001', { gtin: '09770311175001', issn: '0311175X' }],
  ['EAN13', '2048211410261', { restricted: true }],
  ['UPCA', '212345678992', { restricted: true }],
  ['UPCA', '412345678903', { restricted: true }],
  ['EAN8', '20123451', { restricted: true }],
] as const)('%s %s', (type, value, expected) => {
  expect(meaning(type, value)).toEqual({ check_digit: 'valid', ...expected });
});

test('a carton’s wrong check digit is said, and makes no GTIN', () => {
  expect(meaning('ITF', '15400141288764')).toEqual({ check_digit: 'invalid' });
});

test('printed digits and add-on stay beside', () => {
  const printed = { printed: '01234565', addon: '12' };
  expect(meaning('UPCE', '012345000065', printed)).toEqual({
    check_digit: 'valid',
    gtin: '00012345000065',
    ...printed,
  });
});

test.each([
  ['0109521234543213', { check_digit: 'valid', gtin: '09521234543213' }],
  ['0109521234543214', { check_digit: 'invalid' }],
  ['0102001234567893', { check_digit: 'valid', restricted: true }],
] as const)('GS1 data %s', (elementString, expected) => {
  expect(meaning('DataBar', 'as printed', { elementString })).toMatchObject(expected);
});

test('a digital link is GS1 data in any symbology', () => {
  const link = meaning('QRCode', 'https://id.gs1.org/01/09521234543213/10/L7');
  expect(link).toMatchObject({ gtin: '09521234543213', gs1: { lot: 'L7' } });
});

test.each([
  ['QRCode', '4006381333931'],
  ['Code128', '4006381333931'],
  ['ITF', '0829220875'],
  ['QRCode', 'https://example.com/01'],
] as const)('%s %s means nothing that is known', (type, value) => {
  expect(meaning(type, value)).toEqual({});
});
