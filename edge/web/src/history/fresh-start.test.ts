import { expect, test } from 'vitest';
import { withFreshStart } from './fresh-start.ts';

const stretch = (ids: string, cursor: string | null) => ({ results: [...ids].map((id) => ({ id })), cursor });

test('what is new stands first, and what was loaded beyond stays', () => {
  expect(withFreshStart(stretch('dcba', 'a'), stretch('edc', 'c'))).toEqual(stretch('edcba', 'a'));
});

test('nothing new changes nothing', () => {
  expect(withFreshStart(stretch('dcba', null), stretch('dc', 'c'))).toEqual(stretch('dcba', null));
  expect(withFreshStart(stretch('dc', 'c'), stretch('dc', 'c'))).toEqual(stretch('dc', 'c'));
});

test('where more is new than a page holds, or nothing was known, the new page is all', () => {
  expect(withFreshStart(stretch('cba', 'a'), stretch('zyx', 'x'))).toEqual(stretch('zyx', 'x'));
  expect(withFreshStart(stretch('', null), stretch('ba', null))).toEqual(stretch('ba', null));
  expect(withFreshStart(stretch('ba', 'a'), stretch('', null))).toEqual(stretch('', null));
});
