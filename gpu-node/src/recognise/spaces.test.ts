import { describe, expect, test } from 'vitest';
import { spacedOut } from './characters.fixture.ts';
import { Lexicon } from './lexicon.ts';
import { gapFeatures, typicalAdvance, wordStarts } from './spaces.ts';

/** The text with the spaces that were found. */
function spaced(text: string): string {
  const characters = spacedOut(text);
  const starts = wordStarts(characters);
  return characters.map((c, i) => (starts[i] && i > 0 ? ' ' : '') + c.text).join('');
}

describe('wordStarts', () => {
  test('a wide gap with a vote for a space parts words, an even line is one word', () => {
    expect(spaced('TOTAL|GBP')).toBe('TOTAL GBP');
    expect(spaced('Fresh|bread|rolls')).toBe('Fresh bread rolls');
    expect(spaced('HARDWARE')).toBe('HARDWARE');
    expect(spaced('29.75')).toBe('29.75');
  });

  test('the decimals of an amount stay with it where letters would part', () => {
    const gap = (text: string) => {
      const characters = spacedOut(text).map((c, i) => (i === 2 ? { ...c, start: c.start + 2, end: c.end + 2 } : c));
      return wordStarts(characters.map((c) => ({ ...c, spaceBefore: 0.02 })))[2];
    };
    expect(gap('A:BC')).toBe(true);
    expect(gap('9.75')).toBe(false);
  });

  test('the first character starts a word, and no characters start none', () => {
    expect(wordStarts(spacedOut('x'))).toEqual([true]);
    expect(wordStarts([])).toEqual([]);
  });
});

describe('wordStarts with a lexicon', () => {
  const lexicon = new Lexicon([
    'description',
    'tax',
    'invoice',
    'total',
    'sub',
    'subtotal',
    'mid',
    'valley',
    'midvalley',
  ]);
  /** Gaps with a vote of `vote` at each `|`, where a space is doubtful either way. */
  const split = (text: string, vote: number, advance = 4) => {
    const characters = spacedOut(text.replaceAll('|', ''), 3);
    const marks = [...text.matchAll(/\|/g)].map((mark, i) => mark.index - i);
    const doubtful = characters.map((c, i) => {
      const shift = (advance - 3) * marks.filter((mark) => mark <= i).length;
      const spaceBefore = marks.includes(i) ? vote : 0;
      return { ...c, start: c.start + shift, end: c.end + shift, spaceBefore };
    });
    const starts = wordStarts(doubtful, lexicon);
    return doubtful.map((c, i) => (starts[i] && i > 0 ? ' ' : '') + c.text).join('');
  };
  const withoutLexicon = (text: string) => {
    const characters = spacedOut(text);
    return characters.filter((_, i) => wordStarts(characters)[i]).length;
  };

  test('pieces of a listed word are joined where the gap leaves a doubt', () => {
    expect(split('Descr|ipt|ion', 0.02, 6)).toBe('Description');
    expect(withoutLexicon('Descr|ipt|ion')).toBe(3);
  });

  test('pieces that are words themselves stay apart', () => {
    expect(split('Mid|Valley', 0.02, 6)).toBe('Mid Valley');
  });

  test('a clear space stays, whatever the pieces', () => {
    expect(split('Descr|iption', 0.9, 9)).toBe('Descr iption');
  });

  test('two listed words that run together are parted where the gap is doubtful', () => {
    expect(split('TAX|INVOICE', 0.01)).toBe('TAX INVOICE');
    expect(split('SUBTOTAL', 0)).toBe('SUBTOTAL');
    expect(split('TAXINVOICE', 0)).toBe('TAXINVOICE');
  });
});

describe('gapFeatures', () => {
  test('knows times of day and addresses of the web', () => {
    expect(gapFeatures(spacedOut('18:05'), 3, 3)).toMatchObject({ clock: 1, address: 0 });
    expect(gapFeatures(spacedOut('No:05'), 3, 3).clock).toBe(0);
    expect(gapFeatures(spacedOut('shop.com'), 5, 3)).toMatchObject({ address: 1, clock: 0 });
    expect(gapFeatures(spacedOut('Ltd.Co'), 4, 3).address).toBe(0);
  });

  test('tells of distances, votes and the kinds of both neighbours', () => {
    const characters = spacedOut('5.0|Kg(');
    const at = (index: number) => gapFeatures(characters, index, 3);
    expect(at(1)).toMatchObject({ relative_advance: 1, advance: 0.75, empty_steps: 0.25, before_point: 1, decimal: 0 });
    expect(at(2)).toMatchObject({ decimal: 1, after_point: 1, both_digits: 0, space_vote: -6 });
    expect(at(3)).toMatchObject({ relative_advance: 3, empty_steps: 1.75, before_lower: 0, lower_upper: 0 });
    expect(at(3).space_vote).toBeCloseTo(Math.log10(0.6), 6);
    expect(at(4)).toMatchObject({ before_lower: 1, after_lower: 0 });
    expect(at(5)).toMatchObject({ after_lower: 1, before_open: 1, after_open: 0, narrow_characters: 1 });
  });
});

describe('typicalAdvance', () => {
  test('is the median, so that one wide gap does not count', () => {
    expect(typicalAdvance(spacedOut('abc|def', 4))).toBe(4);
  });

  test('is 1 where there is none, so that nothing is divided by 0', () => {
    expect(typicalAdvance([])).toBe(1);
    expect(typicalAdvance(spacedOut('a'))).toBe(1);
  });
});
