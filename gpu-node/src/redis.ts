/** The only importer of @upstash/redis in the node. */
import { Redis } from '@upstash/redis';
import type { Config } from './config.ts';

export type RedisClient = Redis;

/** Nothing the node does waits for Redis longer than this. */
const TIMEOUT_MS = 1000;

/** The Redis that edges and nodes share, or null without one. Its commands reject when it is away; there are no retries. */
export function openRedis(
  config: Pick<Config, 'UPSTASH_REDIS_REST_URL' | 'UPSTASH_REDIS_REST_TOKEN'>,
): RedisClient | null {
  if (!config.UPSTASH_REDIS_REST_URL || !config.UPSTASH_REDIS_REST_TOKEN) return null;
  return new Redis({
    url: config.UPSTASH_REDIS_REST_URL,
    token: config.UPSTASH_REDIS_REST_TOKEN,
    automaticDeserialization: false,
    enableTelemetry: false,
    enableAutoPipelining: false,
    retry: false,
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
  });
}
