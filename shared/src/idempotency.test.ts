import { expect, test } from 'vitest';
import { parseIdempotencyKey } from './idempotency.ts';

test('a key is 1 to 255 visible ASCII characters', () => {
  const keys = ['a', '"8e03978e-40d5-43dd-bc93-6894a57f9324"', '!~', 'x'.repeat(255)];
  for (const key of keys) expect(parseIdempotencyKey(key)).toBe(key);
});

test('no header is no key', () => {
  expect(parseIdempotencyKey(undefined)).toBeUndefined();
  expect(parseIdempotencyKey(null)).toBeUndefined();
});

test.each([[''], [' '], ['two words'], ['x'.repeat(256)], ['ключ'], ['a\tb'], ['a\n'], [['a', 'b']]])(
  '%j is INVALID_REQUEST',
  (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  },
);
