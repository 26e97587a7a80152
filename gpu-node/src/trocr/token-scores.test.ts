import { describe, expect, test } from 'vitest';
import { applyRules, logSumExp, type TokenRules } from './token-scores.ts';
import { TopCandidates } from './top-candidates.ts';

const RULES: TokenRules = {
  endTokens: [2],
  maxLength: 6,
  minLength: 0,
  noRepeatNgram: 0,
  repetitionPenalty: 1,
  forcedFirst: null,
  forcedLast: null,
};

function after(tokens: number[], rules: Partial<TokenRules>, scores = [1, 1, 1, 1, 1]): number[] {
  const values = Float32Array.from(scores);
  applyRules(values, tokens, { ...RULES, ...rules });
  return [...values];
}

describe('applyRules', () => {
  test('without rules scores stay', () => {
    expect(after([2, 3], {})).toEqual([1, 1, 1, 1, 1]);
  });

  test('no run of tokens comes twice', () => {
    expect(after([2, 3, 4, 3], { noRepeatNgram: 2 })).toEqual([1, 1, 1, 1, -Infinity]);
    expect(after([2, 3, 4, 2, 3], { noRepeatNgram: 3 })).toEqual([1, 1, 1, 1, -Infinity]);
    expect(after([2], { noRepeatNgram: 3 })).toEqual([1, 1, 1, 1, 1]);
  });

  test('what came already becomes less likely, once, on either side of zero', () => {
    expect(after([2, 3, 3], { repetitionPenalty: 2 }, [1, 1, -3, 4, 1])).toEqual([1, 1, -6, 2, 1]);
  });

  test('a sequence ends neither too early nor but as it must', () => {
    expect(after([2, 3], { minLength: 3 })).toEqual([1, 1, -Infinity, 1, 1]);
    expect(after([2, 3, 3], { minLength: 3 })).toEqual([1, 1, 1, 1, 1]);
    expect(after([2], { forcedFirst: 4 }).indexOf(0)).toBe(4);
    expect(after([2, 3, 3, 3, 3], { forcedLast: 2 })).toEqual([-Infinity, -Infinity, 0, -Infinity, -Infinity]);
  });
});

describe('logSumExp', () => {
  test('holds for large logits', () => {
    expect(logSumExp(Float32Array.of(1000, 1000))).toBeCloseTo(1000 + Math.log(2));
  });

  test.each([[[Number.NaN, 1]], [[Number.POSITIVE_INFINITY]], [[]]])('%j is no answer of a network', (values) => {
    expect(() => logSumExp(Float32Array.from(values))).toThrow('no numbers');
  });
});

test('TopCandidates keeps the highest sums of all beams, the first of equal ones first', () => {
  const top = new TopCandidates(3);
  top.offer(Float32Array.of(1, 5, 3), 0, 0);
  top.offer(Float32Array.of(4, 6, 2), -1, 1);
  expect(top.sorted()).toEqual([
    { sum: 5, beam: 0, token: 1 },
    { sum: 5, beam: 1, token: 1 },
    { sum: 3, beam: 0, token: 2 },
  ]);
});
