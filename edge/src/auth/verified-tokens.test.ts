import { expect, it } from 'vitest';
import { VerifiedTokens } from './verified-tokens.ts';

const principal = { userId: 'user', shopId: 'shop', scopes: ['ocr:read'] };

it('knows a token until it expires, and no other', async () => {
  const tokens = new VerifiedTokens();
  const verified = { principal, expiresAt: Date.now() + 50 };
  tokens.remember('a', verified);
  expect(tokens.find('a')).toBe(verified);
  expect(tokens.find('b')).toBeNull();
  await scheduler.wait(80);
  expect(tokens.find('a')).toBeNull();
});

it('holds no more than it may', () => {
  const tokens = new VerifiedTokens();
  for (let i = 0; i < 2100; i++) tokens.remember(`${i}`, { principal, expiresAt: Date.now() + 10_000 });
  expect(tokens.find('0')).toBeNull();
  expect(tokens.find('99')).toBeNull();
  expect(tokens.find('100')?.principal).toBe(principal);
});
