import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { checkDigit, compressUpca, expandUpce, hasGs1CheckDigit, isGtin, toGtin14 } from './gtin.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const withCheck = (body: string) => body + checkDigit(body);
/** Another digit in one place. */
const mutate = (code: string, place: number, step: number) => {
  const at = place % code.length;
  return code.slice(0, at) + ((Number(code[at]) + step) % 10) + code.slice(at + 1);
};

describe('GTIN', () => {
  it('holds for numbers from the GS1 manual', () => {
    expect(checkDigit('629104150021')).toBe(3);
    expect(['6291041500213', '036000291452', '96385074', '00036000291452'].every(isGtin)).toBe(true);
    expect(hasGs1CheckDigit('106141412345678908')).toBe(true);
  });

  it('fails for a wrong digit, a swap, a wrong length, zeros and letters', () => {
    for (const code of ['6291041500214', '6291041502013', '629104150021', '0000000000000', '62910415O0213', '']) {
      expect(isGtin(code)).toBe(false);
    }
  });

  it('has one form of 14 digits for every symbology', () => {
    expect(toGtin14('96385074')).toBe('00000096385074');
    expect(toGtin14('036000291452')).toBe(toGtin14('0036000291452'));
    expect(toGtin14('036000291453')).toBeUndefined();
  });

  test.each([7, 11, 12, 13, 17])('catches every change of one digit behind %i', (length) => {
    fc.assert(
      fc.property(digits(length), fc.nat(17), fc.integer({ min: 1, max: 9 }), (body, place, step) => {
        expect(hasGs1CheckDigit(withCheck(body))).toBe(true);
        expect(hasGs1CheckDigit(mutate(withCheck(body), place, step))).toBe(false);
      }),
    );
  });
});

describe('UPC-E', () => {
  it.each([
    ['01234505', '012000003455'],
    ['01234531', '012300000451'],
    ['01234543', '012340000053'],
    ['01234565', '012345000065'],
    ['04963406', '049000006346'],
  ])('%s stands for %s', (short, long) => {
    expect(expandUpce(short)).toBe(long);
    expect(compressUpca(long)).toBe(short);
    expect(isGtin(long)).toBe(true);
  });

  it('is expanded and compressed again to a form that expands to the same', () => {
    fc.assert(
      fc.property(fc.constantFrom('0', '1'), digits(6), (system, body) => {
        const long = expandUpce(`${system}${body}0`)!;
        const code = withCheck(long.slice(0, -1));
        // Some numbers have two short forms, of which GS1 prescribes one.
        expect(expandUpce(compressUpca(code)!)).toBe(code);
      }),
    );
  });

  it('is nothing for what has no short form', () => {
    expect(compressUpca('036000291452')).toBeNull();
    expect(expandUpce('21234565')).toBeNull();
  });
});
