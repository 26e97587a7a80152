import { describe, expect, test } from 'vitest';
import { spacedOut } from './characters.fixture.ts';
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

describe('gapFeatures', () => {
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
