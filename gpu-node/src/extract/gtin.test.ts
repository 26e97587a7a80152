import { describe, expect, it } from 'vitest';
import { checkDigit, isGtin, printedGtins } from './gtin.ts';

describe('GTIN', () => {
  it('holds for numbers from the GS1 manual', () => {
    expect(checkDigit('629104150021')).toBe(3);
    expect(['6291041500213', '036000291452', '96385074', '00036000291452'].every(isGtin)).toBe(true);
  });

  it('fails for a wrong digit, a swap, a wrong length, zeros and letters', () => {
    for (const digits of ['6291041500214', '6291041502013', '629104150021', '0000000000000', '62910415O0213', '']) {
      expect(isGtin(digits)).toBe(false);
    }
  });

  it('finds printed digits with or without gaps, short ones only when allowed', () => {
    expect(printedGtins('6 291041 500213')).toEqual(['6291041500213']);
    expect(printedGtins('REF 6291041500213X')).toEqual(['6291041500213']);
    expect(printedGtins('96385074')).toEqual([]);
    expect(printedGtins('96385074', { short: true })).toEqual(['96385074']);
    expect(printedGtins('16291041500213999')).toEqual([]);
  });
});
