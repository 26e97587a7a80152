import { expect, test } from 'vitest';
import { alikeness } from './alikeness.ts';

test.each([
  ['Total 12.50', 'TOTAL 1250', 1],
  ['INVOICE O1', '1NV0ICE 01', 1],
  ['', '', 1],
  ['abcd', '', 0],
  ['ABCDEFGHJK', 'ABCDEFGHJX', 0.9],
  ['LQYRLFH 75', 'INVOICE 42', 0.2],
])('%j and %j are alike by %f', (a, b, expected) => {
  expect(alikeness(a, b)).toBeCloseTo(expected, 1);
  expect(alikeness(b, a)).toBeCloseTo(expected, 1);
});
