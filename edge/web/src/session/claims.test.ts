import { expect, test } from 'vitest';
import { claimsOf, isUsable } from './claims.ts';

const tokenOf = (payload: unknown) =>
  `e30.${btoa(JSON.stringify(payload)).replaceAll('+', '-').replaceAll('/', '_')}.s`;
const claims = { sub: 'user', shop_id: 'shop', exp: 100 };

test('claims are read from a token, and from nothing else', () => {
  expect(claimsOf(tokenOf({ shop_id: '>>>???', exp: 1 }))).toMatchObject({ shop_id: '>>>???', exp: 1 });
  for (const token of ['', 'abc', 'a.b.c', tokenOf(null), tokenOf({ exp: 1 }), tokenOf({ shop_id: 'x' })]) {
    expect(claimsOf(token)).toBeNull();
  }
});

test('an expired token does for working offline, and for nothing else', () => {
  expect(isUsable(claims, { now: 99_999, online: true })).toBe(true);
  expect(isUsable(claims, { now: 100_000, online: true })).toBe(false);
  expect(isUsable(claims, { now: 100_000, online: false })).toBe(true);
  expect(isUsable(null, { now: 0, online: false })).toBe(false);
});
