import { expect, test } from 'vitest';
import { ThumbnailCache } from './thumbnail-cache.ts';

function cacheOf({ limit = 10, atOnce = 2, make = async (sha256: string) => `blob:${sha256}` } = {}) {
  const released: string[] = [];
  const cache = new ThumbnailCache({ make, release: (address) => released.push(address), limit, atOnce });
  return { cache, released };
}

test('a picture is made once, and let go when others were asked for since', async () => {
  let made = 0;
  const { cache, released } = cacheOf({ limit: 2, make: async (sha256) => `${sha256}${++made}` });
  expect(await cache.get('a')).toBe('a1');
  await cache.get('b');
  expect(await cache.get('a')).toBe('a1');
  await cache.get('c');
  await Promise.resolve();
  expect(released).toEqual(['b2']);
  cache.clear();
  await new Promise((resolve) => setTimeout(resolve));
  expect(released.sort()).toEqual(['a1', 'b2', 'c3']);
});

test('no more are made at once than allowed, and all are made', async () => {
  let running = 0;
  let most = 0;
  const make = async (sha256: string) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running--;
    return sha256;
  };
  const { cache } = cacheOf({ make, atOnce: 2 });
  expect(await Promise.all([...'abcdef'].map((name) => cache.get(name)))).toEqual([...'abcdef']);
  expect(most).toBe(2);
});

test('what could not be made is nothing now, and tried again when asked for again', async () => {
  let fails = true;
  const make = async (sha256: string) => {
    if (fails) throw new Error('not now');
    return sha256;
  };
  const { cache, released } = cacheOf({ make });
  expect(await cache.get('a')).toBeNull();
  fails = false;
  expect(await cache.get('a')).toBe('a');
  expect(released).toEqual([]);
});
