import { expect, test } from 'vitest';
import { exampleResult } from '../persist/result.fixture.ts';
import { factsHash } from './facts.ts';
import { isSamePhoto, type Reading } from './same-photo.ts';

const of = (type: 'receipt' | 'invoice' | 'product' | 'barcode' | 'document', structured: object) =>
  factsHash(exampleResult({ type, structured }));

test('facts are those of the type, and none when one of them is missing', () => {
  const receipt = { total: 12.5, date: '2026-11-01', company: 'A' };
  expect(of('receipt', receipt)).toMatch(/^[0-9a-f]{32}$/);
  expect(of('receipt', { ...receipt, company: 'B' })).toBe(of('receipt', receipt));
  expect(of('receipt', { ...receipt, total: 12.51 })).not.toBe(of('receipt', receipt));
  expect(of('receipt', { ...receipt, date: '2026-11-02' })).not.toBe(of('receipt', receipt));
  expect(of('receipt', { total: 12.5 })).toBeNull();
  expect(of('invoice', { invoice_number: 'R-1/2', total: 3 })).toBe(
    of('invoice', { invoice_number: 'r 1 2', total: 3 }),
  );
  expect(of('invoice', { total: 3 })).toBeNull();
  expect(of('product', { barcode: '4006381333931' })).toBeTypeOf('string');
  expect(of('product', { product_name: 'Tea' })).toBeNull();
  expect(of('barcode', {})).toBeNull();
  expect(of('document', { documents: [] })).toBeNull();
});

test('facts show no number of anybody', () => {
  const hash = of('document', { documents: [{ kind: 'pan', number: 'ABCPK1234L', valid: true }] });
  expect(hash).toMatch(/^[0-9a-f]{32}$/);
});

function receipt(time: string | undefined, changes: { company?: string; number?: string } = {}): Reading {
  const { company = 'HARBOUR LANE GROCERS', number = '0012345' } = changes;
  const text = `${company} Reg 200911003 Tel 0117-496 0123 2026-11-01 ${time ?? ''} No ${number} Bread 2.40 Tea 10.10 TOTAL 12.50`;
  return { structured: { company, total: 12.5, date: '2026-11-01', ...(time && { time }) }, text };
}

test('copies of one receipt are one, also when a name was read otherwise', () => {
  expect(isSamePhoto('receipt', true, receipt('12:30'), receipt('12:30'))).toBe(true);
  expect(isSamePhoto('receipt', true, receipt('12:30'), receipt('12:30', { company: 'HARB0UR LANE GR0CERS' }))).toBe(
    true,
  );
  expect(isSamePhoto('receipt', true, receipt('12:30'), receipt('12:30', { company: 'TAX INVOICE' }))).toBe(true);
});

test('two sales of one till at one price are two', () => {
  expect(isSamePhoto('receipt', true, receipt('12:30'), receipt('12:31', { number: '0012346' }))).toBe(false);
  const [a, b] = [receipt(undefined), receipt(undefined, { number: '0012346' })];
  expect(isSamePhoto('receipt', true, a, b)).toBe(false);
  expect(isSamePhoto('receipt', true, a, a)).toBe(true);
});

test.each([
  ['21:28', '09:28', true],
  ['12:17:26', '17:26', true],
  ['12:17:26', '12:17', true],
  ['12:30', '12:31', false],
  ['12:30', '11:30', false],
  ['9:05', '09:05', true],
])('a time of %s and one of %s are one sale’s: %j', (a, b, same) => {
  expect(isSamePhoto('receipt', true, receipt(a), receipt(b))).toBe(same);
});

test('another company’s receipt is another', () => {
  const other = {
    structured: { ...receipt('12:30').structured, company: 'Mill Bakery' },
    text: 'Mill Bakery 12.50 12:30',
  };
  expect(isSamePhoto('receipt', true, receipt('12:30'), other)).toBe(false);
});

test('without facts the words must be the same, and be some', () => {
  const label = (text: string): Reading => ({ structured: {}, text });
  expect(isSamePhoto('product', false, label('Green Tea 20 bags'), label('GREEN TEA 20 bags'))).toBe(true);
  expect(isSamePhoto('product', false, label('Green Tea 20 bags'), label('Black Coffee 500 g'))).toBe(false);
  expect(isSamePhoto('product', false, label(''), label(''))).toBe(false);
  expect(isSamePhoto('product', false, label('Tea'), label('Tea'))).toBe(false);
});
