import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldConfidence } from './field-confidence.ts';

const confidence = fc.double({ min: 0, max: 1, noNaN: true });

test.each(['company', 'address', 'date', 'total'])(
  'the confidence of %s is a probability that rises with its rule’s',
  (name) => {
    fc.assert(
      fc.property(confidence, confidence, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((rule) => fieldConfidence(name, rule)) as [
          number,
          number,
        ];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  },
);

test('a field that no data set has the truth of keeps what its rule says', () => {
  expect(fieldConfidence('iban', 0.42)).toBe(0.42);
});
