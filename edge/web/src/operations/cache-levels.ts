export interface CacheLevel {
  readonly name: string;
  readonly hits: number;
  /** Of all looks into the cache. */
  readonly share: number;
}

export interface CacheUse {
  readonly levels: readonly CacheLevel[];
  readonly looks: number;
  readonly share: number;
}

const HITS = /^cache_hits_(.+)$/;
const MISSES = 'cache_misses';
/** What a person calls the levels; others by the name they have. */
const NAMES: Readonly<Record<string, string>> = { isolate: 'memory', near: 'data centre', redis: 'Redis' };

/** How often the edge knew an answer, and where from, by its counters; null: it counts none, or had no look yet. */
export function cacheUseOf(counters: Readonly<Record<string, number>> = {}): CacheUse | null {
  const entries = Object.entries(counters);
  const hits = entries.flatMap(([name, count]) => {
    const level = HITS.exec(name)?.[1];
    return level ? [{ name: NAMES[level] ?? level, hits: count }] : [];
  });
  const allHits = hits.reduce((sum, level) => sum + level.hits, 0);
  const looks = allHits + (counters[MISSES] ?? 0);
  if (looks === 0) return null;
  return {
    levels: hits.map((level) => ({ ...level, share: level.hits / looks })),
    looks,
    share: allHits / looks,
  };
}
