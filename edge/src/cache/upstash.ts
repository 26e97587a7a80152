import { REDIS_PREFIX, REDIS_VALUE_MAX_CHARS } from '@edge-ocr/shared/cache/answer-key';
import { type RedisSettings, withRedis } from '../redis.ts';
import type { TextStore } from './text-store.ts';

/**
 * The level of the cache that all data centres share.
 * @throws whatever the client throws; nothing while Redis rests, when it just finds nothing.
 */
export function upstashStore(settings: RedisSettings): TextStore {
  return {
    name: 'redis',
    isFar: true,
    get: (key) => withRedis(settings, (redis) => redis.get<string>(REDIS_PREFIX + key)),
    async put(key, value, ttlSeconds) {
      if (value.length > REDIS_VALUE_MAX_CHARS) return;
      await withRedis(settings, (redis) => redis.set(REDIS_PREFIX + key, value, { ex: ttlSeconds }));
    },
  };
}
