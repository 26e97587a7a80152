import { expect, test } from 'vitest';
import { sameValue } from './same-value.ts';

test.each([
  [12.5, 12.5, true],
  [12.5, 12.51, false],
  [0.1 + 0.2, 0.3, true],
  ['2026-11-22', '2026-11-22', true],
  ['2026-11-22', '2026-11-12', false],
  ['Harbour Lane Grocers, Ltd.', 'HARBOUR  LANE GROCERS LTD', true],
  ['HARBOUR LANE', 'HARBOR LANE', false],
  ['ｶﾌｪ', 'カフェ', true],
  ['কাক', 'কক', false],
  ['₹', '₹ ', true],
  ['₹', '$', false],
  [null, null, true],
  [null, 'x', false],
  [0, null, false],
  ['12', 12, false],
])('%j read and %j said: %j', (read, said, same) => {
  expect(sameValue(read, said)).toBe(same);
  expect(sameValue(said, read)).toBe(same);
});
