import { describe, expect, it } from 'vitest';
import { guessCurrency } from './currency.ts';
import { findAmounts } from './money.ts';

const values = (text: string, integers = false) => findAmounts(text, { integers }).map(({ value }) => value);

describe('findAmounts', () => {
  it.each([
    ['1,234.56', [1234.56]],
    ['1.234,56', [1234.56]],
    ['12 345,67', [12345.67]],
    ["1'250.00", [1250]],
    ['12,34,567.80', [1234567.8]],
    ['₹1,20,000', [120000]],
    ['RM 20.00', [20]],
    ['TOTALRM20.00', [20]],
    ['৳৩৫০', [350]],
    ['₹1,250', [1250]],
    ['Rs. 99', [99]],
    ['5.00 RM', [5]],
    ['-RM0.01', [-0.01]],
    ['RM-0.03', [-0.03]],
    ['12.50-', [-12.5]],
    ['(4.20)', [-4.2]],
    ['RM .90', [0.9]],
    ['1 X 22.90 22.90', [22.9, 22.9]],
    ['20. 00', [20]],
    ['0.20SR', [0.2]],
  ])('%s', (text, expected) => expect(values(text)).toEqual(expected));

  it.each([
    'GST @6.00%',
    '12.50:30',
    'CABLE 1.25MM',
    'v1.234',
    '192.168.10.20',
    'BOOK',
    'SOS',
    '9555221301081',
    'NO. 36G',
    'NO.36 JALAN',
  ])('no amount in %s', (text) => expect(values(text)).toEqual([]));

  it('mends letters only where a whole word is a number with cents, and says so', () => {
    expect(findAmounts('2O.0O')).toMatchObject([{ value: 20, mended: true }]);
    expect(findAmounts('l5.S0')).toMatchObject([{ value: 15.5, mended: true }]);
    expect(findAmounts('20.00')).toMatchObject([{ value: 20, mended: false }]);
  });

  it('takes numbers without cents only beside a currency, unless asked', () => {
    expect(values('TOTAL 350')).toEqual([]);
    expect(values('TOTAL 350', true)).toEqual([350]);
    expect(values('A350', true)).toEqual([]);
  });

  it('says where an amount stands, its currency included', () => {
    const text = 'CASH: RM 50.00';
    const [amount] = findAmounts(text);
    expect(text.slice(amount!.start, amount!.end)).toBe('RM 50.00');
  });
});

describe('guessCurrency', () => {
  it('believes what is printed beside amounts', () => {
    expect(guessCurrency(['BDT', 'BDT', 'USD'], [])).toEqual({ currency: 'BDT', certainty: 1 });
    expect(guessCurrency([], ['AMOUNT (RM)'])).toEqual({ currency: 'MYR', certainty: 1 });
  });

  it('reads a shared sign by the country', () => {
    expect(guessCurrency(['$'], ['ACME SDN BHD'])?.currency).toBe('MYR');
    expect(guessCurrency(['$'], ['ACME PTE LTD, SINGAPORE'])?.currency).toBe('SGD');
    expect(guessCurrency(['$'], ['ACME INC'])?.currency).toBe('USD');
    expect(guessCurrency([], ['Dhanmondi, Dhaka'])).toMatchObject({ currency: 'BDT', certainty: 0.5 });
    expect(guessCurrency([], ['ACME'])).toBeUndefined();
  });
});
