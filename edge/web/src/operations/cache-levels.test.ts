import { expect, test } from 'vitest';
import { cacheUseOf } from './cache-levels.ts';

test('hits are told by level, as a share of all looks', () => {
  expect(cacheUseOf({ cache_hits_isolate: 3, cache_hits_near: 1, cache_misses: 4, limiter_fallback: 9 })).toEqual({
    levels: [
      { name: 'memory', hits: 3, share: 0.375 },
      { name: 'data centre', hits: 1, share: 0.125 },
    ],
    looks: 8,
    share: 0.5,
  });
});

test('without a look there is no share', () => {
  expect(cacheUseOf({ cache_hits_isolate: 0, cache_misses: 0 })).toBeNull();
  expect(cacheUseOf({ limiter_fallback: 1 })).toBeNull();
  expect(cacheUseOf(undefined)).toBeNull();
});
