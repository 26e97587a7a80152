import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evidenceBehind, wordConfidences } from './word-confidence.ts';

const words = fc.array(
  fc.record({ text: fc.string({ minLength: 1 }), confidence: fc.double({ min: 0, max: 1, noNaN: true }) }),
  { minLength: 1 },
);
const rated = (...confidences: number[]) => confidences.map((confidence) => ({ text: 'TOTAL', confidence }));

describe('wordConfidences', () => {
  test('are probabilities in the order of what the network says', () => {
    fc.assert(
      fc.property(words, (page) => {
        const found = wordConfidences(page);
        for (const [i, confidence] of found.entries()) {
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          for (const [j, other] of found.entries()) {
            if (page[i]!.confidence > page[j]!.confidence) expect(confidence).toBeGreaterThanOrEqual(other);
          }
        }
      }),
    );
  });

  test('the same word counts for less on a page that reads badly', () => {
    const [onGood] = wordConfidences(rated(0.9, 0.99, 0.99));
    const [onBad] = wordConfidences(rated(0.9, 0.3, 0.2));
    expect(onGood).toBeGreaterThan(0.9);
    expect(onBad).toBeLessThan(0.85);
  });

  test('no words, no confidences', () => {
    expect(wordConfidences([])).toEqual([]);
  });
});

test('evidence can be traced back from confidences', () => {
  const page = rated(0.2, 0.5, 0.9);
  const confidences = wordConfidences(page);
  const behind = evidenceBehind(page.map(({ text }, i) => ({ text, confidence: confidences[i]! })));
  const logits = page.map(({ confidence }) => Math.log(confidence / (1 - confidence)));
  for (const [i, { word, page }] of behind.entries()) {
    expect(word).toBeCloseTo(logits[i]!, 9);
    expect(page).toBeCloseTo((logits[0]! + logits[1]! + logits[2]!) / 3, 9);
  }
});
