import { describe, expect, test } from 'vitest';
import { wordsRight } from './word-alignment.ts';

describe('wordsRight', () => {
  test.each([
    ['all right', 'TOTAL RM 20.00', 'TOTAL RM 20.00', [true, true, true]],
    ['other spaces and case', 'Total RM20.00', 'TOTAL RM 20.00', [true, true]],
    ['a wrong character spoils its word alone', 'T0TAL RM 20.00', 'TOTAL RM 20.00', [false, true, true]],
    ['a character too many', 'TOTALL RM', 'TOTAL RM', [false, true]],
    ['a character lost inside a word', 'TOTL RM', 'TOTAL RM', [false, true]],
    ['nothing is there', 'TOTAL', '', [false]],
    ['no words', '', 'TOTAL', []],
  ])('%s', (_name, read, truth, right) => {
    expect(wordsRight(read.split(' ').filter(Boolean), truth)).toEqual(right);
  });
});
