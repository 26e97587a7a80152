import type { Config } from '../config.ts';
import { AnswerCache } from './answer-cache.ts';
import { dataCentreStore } from './data-centre-store.ts';
import { isolateStore } from './isolate-store.ts';
import { type Leases, redisLeases } from './lease.ts';
import { upstashStore } from './upstash.ts';

export interface OpenCache {
  readonly cache: AnswerCache;
  /** null without Redis. */
  readonly leases: Leases | null;
}

const opened = new WeakMap<Config, OpenCache>();

/** The levels that the configuration asks for: the isolate's memory, the data centre's cache, and Redis behind it when there is one. */
export function openCache(config: Config): OpenCache {
  const known = opened.get(config);
  if (known) return known;
  const near = [isolateStore(config.isolateCacheChars), dataCentreStore];
  const levels = config.redis ? [...near, upstashStore(config.redis)] : near;
  const lifetimes = { resultSeconds: config.cacheTtlSeconds, failureSeconds: config.negativeCacheTtlSeconds };
  const open = {
    cache: new AnswerCache(levels, lifetimes),
    leases: config.redis ? redisLeases(config.redis) : null,
  };
  opened.set(config, open);
  return open;
}
