import type { Config } from '../config.ts';
import { AnswerCache } from './answer-cache.ts';
import { dataCentreStore } from './data-centre-store.ts';
import { upstashStore } from './upstash.ts';

/** The levels that the configuration asks for: the data centre's cache, and Redis behind it when there is one. */
export function openCache(config: Config): AnswerCache {
  const levels = config.redis ? [dataCentreStore, upstashStore(config.redis)] : [dataCentreStore];
  return new AnswerCache(levels, {
    resultSeconds: config.cacheTtlSeconds,
    failureSeconds: config.negativeCacheTtlSeconds,
  });
}
