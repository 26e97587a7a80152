/** The only importer of @upstash/redis: the level of the cache that all data centres share. */
import { Redis } from '@upstash/redis/cloudflare';
import type { TextStore } from './text-store.ts';

const TIMEOUT_MS = 300;
/** After a failure the store is left alone this long, so that not every request waits for the timeout. */
const REST_MS = 5000;
/** Larger answers stay in the data centre; Upstash refuses requests over 1 MB. */
const MAX_VALUE_CHARS = 512 * 1024;
const PREFIX = 'edge-ocr:';

export interface UpstashSettings {
  readonly url: string;
  readonly token: string;
}

const restingUntil = new Map<string, number>();

/** @throws whatever the client throws; nothing while the store rests, when it just finds nothing. */
export function upstashStore(settings: UpstashSettings): TextStore {
  const redis = new Redis({
    ...settings,
    automaticDeserialization: false,
    enableTelemetry: false,
    enableAutoPipelining: false,
    retry: false,
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
  });
  const unlessResting = async <T>(work: () => Promise<T>): Promise<T | null> => {
    if ((restingUntil.get(settings.url) ?? 0) > Date.now()) return null;
    try {
      return await work();
    } catch (error) {
      restingUntil.set(settings.url, Date.now() + REST_MS);
      throw error;
    }
  };
  return {
    get: (key) => unlessResting(() => redis.get<string>(PREFIX + key)),
    async put(key, value, ttlSeconds) {
      if (value.length > MAX_VALUE_CHARS) return;
      await unlessResting(() => redis.set(PREFIX + key, value, { ex: ttlSeconds }));
    },
  };
}
