import { describe, expect, test } from 'vitest';
import type { Alphabet } from './alphabet.ts';
import { leastCertainty, logLikelihood } from './ctc-likelihood.ts';

/** Classes: blank, a, b, space, and a second a. */
const ALPHABET: Alphabet = {
  classes: ['', 'a', 'b', ' ', 'a'].map((text, index) => ({ index, text })),
  space: 3,
};

/** Probability of a text over steps of [blank, a, b, space, second a]. */
function probability(text: string, steps: readonly number[][], from = 0, to = steps.length): number {
  const probabilities = Float32Array.from(steps.flat());
  return Math.exp(logLikelihood(text, { probabilities, classCount: 5, from, to }, ALPHABET));
}

describe('logLikelihood', () => {
  const two = [
    [0.5, 0.3, 0.2, 0, 0],
    [0.6, 0.1, 0.3, 0, 0],
  ];

  test('sums over every way to spell a text', () => {
    expect(probability('', two)).toBeCloseTo(0.5 * 0.6, 6);
    // a, then a again or nothing; or nothing, then a.
    expect(probability('a', two)).toBeCloseTo(0.3 * 0.1 + 0.3 * 0.6 + 0.5 * 0.1, 6);
    expect(probability('ab', two)).toBeCloseTo(0.3 * 0.3, 6);
  });

  test('all texts together are certain', () => {
    const texts = ['', 'a', 'b', 'ab', 'ba'];
    expect(texts.reduce((sum, text) => sum + probability(text, two), 0)).toBeCloseTo(1, 5);
  });

  test('a doubled letter needs a blank between', () => {
    expect(probability('aa', two)).toBe(0);
    expect(
      probability('aa', [
        [0, 1, 0, 0, 0],
        [0.9, 0.1, 0, 0, 0],
        [0, 1, 0, 0, 0],
      ]),
    ).toBeCloseTo(0.9, 3);
  });

  test('classes of the same text count together, and a space as a blank', () => {
    expect(probability('a', [[0, 0.3, 0, 0, 0.4]])).toBeCloseTo(0.7, 6);
    expect(probability('', [[0.2, 0, 0, 0.5, 0]])).toBeCloseTo(0.7, 6);
  });

  test('only the steps asked for count', () => {
    expect(
      probability(
        'b',
        [
          [0, 1, 0, 0, 0],
          [0, 0, 0.8, 0, 0],
        ],
        1,
        2,
      ),
    ).toBeCloseTo(0.8, 6);
  });

  test('nothing is impossible but a text longer than the steps', () => {
    expect(probability('b', [[0, 1, 0, 0, 0]])).toBeCloseTo(1e-4, 7);
    expect(
      logLikelihood('ab', { probabilities: Float32Array.of(0, 1, 0, 0, 0), classCount: 5, from: 0, to: 1 }, ALPHABET),
    ).toBe(Number.NEGATIVE_INFINITY);
  });
});

test('leastCertainty is that of the least certain of the steps asked for', () => {
  const probabilities = Float32Array.of(0.9, 0.1, 0.4, 0.6, 0.2, 0.8);
  expect(leastCertainty({ probabilities, classCount: 2, from: 0, to: 3 })).toBeCloseTo(0.6, 6);
  expect(leastCertainty({ probabilities, classCount: 2, from: 0, to: 1 })).toBeCloseTo(0.9, 6);
  expect(leastCertainty({ probabilities, classCount: 2, from: 0, to: 0 })).toBe(1);
});
