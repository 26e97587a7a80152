import { resultsQuerySchema } from '@edge-ocr/shared/contract/results';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, isNarrowed, QUERY_MAX_CHARS, resultsQueryOf, type Search, searchOf, TYPE_NAMES } from './search.ts';

const NOTHING: Search = { query: '', type: null, from: '' };
const parametersOf = (address: string) => Object.fromEntries(new URL(address, 'http://x').searchParams);

test('every search is found again at its address, and the API takes it', () => {
  const search = fc.record({
    query: fc.string({ maxLength: QUERY_MAX_CHARS }),
    type: fc.constantFrom(null, ...(Object.keys(TYPE_NAMES) as (keyof typeof TYPE_NAMES)[])),
    from: fc.constantFrom('', '2026-11-01'),
  });
  fc.assert(
    fc.property(search, (given) => {
      expect(searchOf(parametersOf(addressOf(given)))).toEqual(given);
      expect(resultsQuerySchema.safeParse(resultsQueryOf(given)).success).toBe(true);
    }),
  );
});

test('no search has the plain address', () => {
  expect(addressOf(NOTHING)).toBe('/history');
  expect(isNarrowed(NOTHING)).toBe(false);
  expect(isNarrowed({ ...NOTHING, query: '  ' })).toBe(false);
  expect(isNarrowed({ ...NOTHING, from: '2026-11-01' })).toBe(true);
});

test('what somebody wrote into the address and is not valid is left out', () => {
  expect(searchOf({ type: 'toString', from: '2026-13-45', query: 'x'.repeat(300) })).toEqual({
    query: 'x'.repeat(QUERY_MAX_CHARS),
    type: null,
    from: '',
  });
});

test('a day begins at midnight of the person’s own time', () => {
  const from = resultsQueryOf({ ...NOTHING, from: '2026-11-01' }).from!;
  expect(new Date(from).getHours()).toBe(0);
  expect(new Date(from).getDate()).toBe(1);
});
