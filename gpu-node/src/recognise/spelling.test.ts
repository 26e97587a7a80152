import { describe, expect, test } from 'vitest';
import { Lexicon } from './lexicon.ts';
import { mendSpelling } from './spelling.ts';

const LEXICON = new Lexicon(
  ['total', 'amount', 'amounts', 'price', 'id', 'rm', 'gmail', 'table'],
  ['anoint', 'stable'],
);

/** Mend a word where the recogniser finds some texts less likely than what it read, by these natural logarithms. */
function mend(word: string, others: Record<string, number> = {}): string {
  return mendSpelling(word, LEXICON, (text) => (text === word ? -1 : -1 - (others[text] ?? 50)));
}

describe('mendSpelling', () => {
  test('takes the listed word when it is hardly less likely', () => {
    expect(mend('Totai', { Total: 1.5 })).toBe('Total');
    expect(mend('Totai', { Total: 6 })).toBe('Totai');
  });

  test('takes the likeliest of several', () => {
    expect(mend('Anount', { Amount: 0.5, Anoint: 2 })).toBe('Amount');
  });

  test('keeps capitals and what stands around the letters', () => {
    expect(mend('(TOTAI):', { '(TOTAL):': 1 })).toBe('(TOTAL):');
    expect(mend('totai', { total: 1 })).toBe('total');
    expect(mend('info@gnail.com', { 'info@gmail.com': 1 })).toBe('info@gmail.com');
  });

  test('mends each run of a word on its own', () => {
    expect(mend('Anount(RN)', { 'Anount(RM)': 1, 'Amount(RM)': 2.5 })).toBe('Amount(RM)');
  });

  test('leaves listed words, numbers and codes alone', () => {
    expect(mend('Table', { stable: -5, Stable: -5 })).toBe('Table');
    for (const word of ['10', '29.75', '4711A', 'I', '-']) expect(mend(word)).toBe(word);
  });

  test('two letters need more evidence than many', () => {
    expect(mend('1D', { ID: 2.5 })).toBe('ID');
    expect(mend('1D', { ID: 3.5 })).toBe('1D');
    expect(mend('Anount', { Amount: 3.5 })).toBe('Amount');
  });
});
