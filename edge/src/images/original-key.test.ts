import { describe, expect, it } from 'vitest';
import { originalKey, parseOriginalKey } from './original-key.ts';

const shopId = '5f0c2f4e-8a55-4a6e-9c3e-0d6a5a1f0001';
const sha256 = 'ab'.repeat(32);

describe('the key of an original', () => {
  it('leads back to shop and hash', () => {
    expect(originalKey({ shopId, sha256 })).toBe(`shop/${shopId}/${sha256}`);
    expect(originalKey({ shopId: shopId.toUpperCase(), sha256 })).toBe(`shop/${shopId}/${sha256}`);
    expect(parseOriginalKey(originalKey({ shopId, sha256 }))).toEqual({ shopId, sha256 });
  });

  it.each([
    { shopId: '../other', sha256 },
    { shopId: `${shopId}/..`, sha256 },
    { shopId: '', sha256 },
    { shopId, sha256: '' },
    { shopId, sha256: `../${sha256}` },
    { shopId, sha256: sha256.toUpperCase() },
    { shopId, sha256: `${sha256}\n` },
    { shopId, sha256: `${sha256}/x` },
  ])('is not made of %j', (id) => {
    expect(() => originalKey(id)).toThrow('UUID');
  });

  it.each([
    '',
    'shop',
    'shop/x/y',
    `other/${shopId}/${sha256}`,
    `shop/${shopId}/${sha256}/more`,
    'system/sweep-position',
  ])('is not %j', (key) => {
    expect(parseOriginalKey(key)).toBeNull();
  });
});
