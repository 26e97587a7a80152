import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAmounts } from './money.ts';

/** Locales as Intl writes them, each with a currency that is paid there. */
const LOCALES: [locale: string, currency: string, decimals: number][] = [
  ['en-US', 'USD', 2],
  ['en-GB', 'GBP', 2],
  ['en-IE', 'EUR', 2],
  ['de-DE', 'EUR', 2],
  ['de-AT', 'EUR', 2],
  ['de-CH', 'CHF', 2],
  ['fr-FR', 'EUR', 2],
  ['fr-CH', 'CHF', 2],
  ['it-IT', 'EUR', 2],
  ['es-ES', 'EUR', 2],
  ['nl-NL', 'EUR', 2],
  ['pt-PT', 'EUR', 2],
  ['pt-BR', 'BRL', 2],
  ['fi-FI', 'EUR', 2],
  ['sv-SE', 'SEK', 2],
  ['nb-NO', 'NOK', 2],
  ['da-DK', 'DKK', 2],
  ['pl-PL', 'PLN', 2],
  ['cs-CZ', 'CZK', 2],
  ['hu-HU', 'HUF', 2],
  ['ru-RU', 'RUB', 2],
  ['uk-UA', 'UAH', 2],
  ['tr-TR', 'TRY', 2],
  ['ro-RO', 'RON', 2],
  ['en-IN', 'INR', 2],
  ['hi-IN', 'INR', 2],
  ['hi-IN-u-nu-deva', 'INR', 2],
  ['bn-BD', 'BDT', 2],
  ['bn-BD-u-nu-latn', 'BDT', 2],
  ['ur-PK', 'PKR', 2],
  ['ms-MY', 'MYR', 2],
  ['en-MY', 'MYR', 2],
  ['en-SG', 'SGD', 2],
  ['en-AU', 'AUD', 2],
  ['en-NZ', 'NZD', 2],
  ['en-CA', 'CAD', 2],
  ['fr-CA', 'CAD', 2],
  ['es-MX', 'MXN', 2],
  ['en-HK', 'HKD', 2],
  ['zh-TW', 'TWD', 2],
  ['zh-CN', 'CNY', 2],
  ['ja-JP', 'JPY', 0],
  ['ko-KR', 'KRW', 0],
  ['vi-VN', 'VND', 0],
  ['id-ID', 'IDR', 0],
  ['th-TH', 'THB', 2],
  ['en-PH', 'PHP', 2],
  ['en-ZA', 'ZAR', 2],
  ['en-NG', 'NGN', 2],
  ['en-KE', 'KES', 2],
  ['he-IL', 'ILS', 2],
  ['ar-EG-u-nu-arab', 'EGP', 2],
  ['ar-AE-u-nu-latn', 'AED', 2],
  ['ar-SA-u-nu-arab', 'SAR', 2],
  ['ar-KW-u-nu-arab', 'KWD', 3],
  ['ar-BH-u-nu-latn', 'BHD', 3],
  ['en-US', 'KWD', 3],
  ['fr-TN', 'TND', 3],
];
/** Signs that several countries share, as an amount carries them. */
const SHARED = ['$', '¥', 'R', 'kr', 'Rs'];

describe.each(LOCALES)('money of %s in %s', (locale, currency, decimals) => {
  const limit = 10 ** (decimals === 0 ? 8 : 9);
  const minor = fc.integer({ min: 1, max: limit });

  it.each(['symbol', 'narrowSymbol', 'code'] as const)('parses what it formats with its %s', (currencyDisplay) => {
    const format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    fc.assert(
      fc.property(minor, fc.boolean(), (units, negative) => {
        const value = (negative ? -units : units) / 10 ** decimals;
        const [amount, ...others] = findAmounts(format.format(value));
        expect(others).toEqual([]);
        expect(amount).toMatchObject({ value, mended: false });
        expect([currency, ...SHARED]).toContain(amount!.currency);
      }),
      { numRuns: 60 },
    );
  });
});

describe('mending', () => {
  const clean = fc
    .tuple(fc.nat(99_999), fc.nat(99))
    .map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`);

  it('never changes a clean number, whatever stands around it', () => {
    fc.assert(
      fc.property(clean, fc.constantFrom('', 'TOTAL ', 'TOTAL: RM', 'S ', 'B O O K '), (number, before) => {
        expect(findAmounts(before + number)).toMatchObject([{ value: Number(number), mended: false }]);
      }),
    );
  });

  it('gives back each digit that was read as a letter, and says so', () => {
    const letters: Record<string, string> = { '0': 'O', '1': 'l', '5': 'S', '8': 'B' };
    fc.assert(
      fc.property(clean, fc.nat(7), (number, seed) => {
        const at = [...number].findIndex((digit, index) => digit in letters && index >= seed % number.length);
        fc.pre(at >= 0 && /\d/.test(number.slice(0, at) + number.slice(at + 1)));
        const read = number.slice(0, at) + letters[number[at]!] + number.slice(at + 1);
        expect(findAmounts(read)).toMatchObject([{ value: Number(number), mended: true }]);
      }),
    );
  });
});

describe('hostile text', () => {
  it('never throws, and every amount lies inside the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (text, integers) => {
        for (const { value, start, end } of findAmounts(text, { integers })) {
          expect(Number.isFinite(value)).toBe(true);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(start).toBeLessThan(end);
        }
      }),
    );
  });
});
