/** A shop's entries in the Redis that edges and nodes share: answers, leases and the counts of its limits. */
import { REDIS_PREFIX } from '@edge-ocr/shared/cache/answer-key';
import type { RedisClient } from '../redis.ts';

/** Keys that one SCAN looks at; the server serves others in between. */
const LOOKED_AT = 1000;

/** @throws what the client throws. */
export async function countCacheEntries(redis: RedisClient, shopId: string): Promise<number> {
  // SCAN may show a key twice.
  const keys = new Set<string>();
  for await (const page of pagesOf(redis, shopId)) for (const key of page) keys.add(key);
  return keys.size;
}

/** @param onDeleted told how many have gone since it was told last. @throws what the client throws. */
export async function deleteCacheEntries(
  redis: RedisClient,
  shopId: string,
  onDeleted: (entries: number) => Promise<void>,
): Promise<void> {
  for await (const page of pagesOf(redis, shopId)) if (page.length > 0) await onDeleted(await redis.unlink(...page));
}

async function* pagesOf(redis: RedisClient, shopId: string): AsyncIterable<string[]> {
  // Every key of ours that belongs to a shop has its id in it; a UUID has nothing that a pattern would take otherwise.
  const match = `${REDIS_PREFIX}*${shopId}*`;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, { match, count: LOOKED_AT });
    yield keys;
    cursor = String(next);
  } while (cursor !== '0');
}
