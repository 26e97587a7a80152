import { describe, expect, it } from 'vitest';
import { printedGtins } from './gtin.ts';

describe('printedGtins', () => {
  it('finds printed digits with or without gaps, short ones only when allowed', () => {
    expect(printedGtins('6 291041 500213')).toEqual(['6291041500213']);
    expect(printedGtins('REF 6291041500213X')).toEqual(['6291041500213']);
    expect(printedGtins('96385074')).toEqual([]);
    expect(printedGtins('96385074', { short: true })).toEqual(['96385074']);
    expect(printedGtins('16291041500213999')).toEqual([]);
  });
});
