import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isOneEditAway, Lexicon, loadLexicon, wordsIn } from './lexicon.ts';

describe('Lexicon', () => {
  const lexicon = new Lexicon(['Total', 'tax', 'rm'], ['the', 'thy', 'tall', 'stable']);

  test('knows words in any case', () => {
    expect(['TOTAL', 'total', 'The', 'totals'].map((word) => lexicon.has(word))).toEqual([true, true, true, false]);
  });

  test('suggests words one letter away, changed, lost or added', () => {
    expect(lexicon.near('Totai')).toEqual(['total']);
    expect(lexicon.near('Totl')).toEqual(['total']);
    expect(lexicon.near('Stables')).toEqual(['stable']);
    expect(lexicon.near('RN')).toEqual(['rm']);
    expect(lexicon.near('xyzzy')).toEqual([]);
  });

  test('suggests no short word of everyday language, and never the word itself', () => {
    expect(lexicon.near('thz')).toEqual([]);
    expect(lexicon.near('total')).toEqual([]);
  });

  test('digits and signs in place of a letter are one change', () => {
    expect(lexicon.near('Tota1')).toEqual(['total']);
    expect(lexicon.near('Tota|')).toEqual(['total']);
  });
});

test.each([
  ['abc', 'abc', false],
  ['abc', 'abd', true],
  ['abc', 'ab', true],
  ['ab', 'abc', true],
  ['abc', 'xbc', true],
  ['abc', 'xabc', true],
  ['abc', 'acb', false],
  ['abc', 'a', false],
  ['', 'a', true],
])('%j is one edit away from %j: %s', (a, b, expected) => {
  expect(isOneEditAway(a, b)).toBe(expected);
});

test('lists have words parted by white space, and comments', () => {
  expect(wordsIn('# heads\none two\r\n\n#\tno\nthree')).toEqual(['one', 'two', 'three']);
});

describe('loadLexicon', () => {
  test('knows the words of the trade and of everyday language', async () => {
    const lexicon = await loadLexicon(null);
    for (const word of ['Subtotal', 'GST', 'Invoice', 'jalan', 'people', 'kg']) expect(lexicon.has(word)).toBe(true);
    expect(lexicon.has('Zanzibarine')).toBe(false);
  });

  test('takes the operator’s own words besides', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lexicon-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'own.txt'), '# our brands\nQuuxola\n');
    const lexicon = await loadLexicon(join(folder, 'own.txt'));
    expect(lexicon.near('Quuxo1a')).toEqual(['quuxola']);
    await expect(loadLexicon(join(folder, 'missing.txt'))).rejects.toThrow('ENOENT');
  });
});
