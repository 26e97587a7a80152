import { REDIS_PREFIX } from '@edge-ocr/shared/cache/answer-key';
import { type RedisSettings, withRedis } from '../redis.ts';

/** Deletes the lease only if it is still the holder's own: it may have run out and be another's by now. */
const RELEASE_SCRIPT = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/** What trying for a lease came to. */
export type LeaseAttempt =
  | { readonly state: 'held'; readonly token: string; readonly text: string | null }
  | { readonly state: 'taken'; readonly text: string | null };

/** The right to ask a node for one answer, across all isolates of all data centres, while it lasts. */
export interface Leases {
  /**
   * One round trip: tries for the lease and then looks for the answer, so that an answer given just before the lease
   * became free is seen.
   * @returns null when nobody can say, because Redis is away.
   */
  attempt(path: string, milliseconds: number): Promise<LeaseAttempt | null>;
  /** Gives the lease back if it is still held under this token. */
  release(path: string, token: string): Promise<void>;
}

/** Leases kept in Redis. Methods throw what the client throws. */
export function redisLeases(settings: RedisSettings): Leases {
  return {
    async attempt(path, milliseconds) {
      const token = crypto.randomUUID();
      const replies = await withRedis(settings, (redis) =>
        redis
          .pipeline()
          .set(leaseKey(path), token, { nx: true, px: milliseconds })
          .get<string>(REDIS_PREFIX + path)
          .exec<['OK' | null, string | null]>(),
      );
      if (!replies) return null;
      const [set, text] = replies;
      return set === 'OK' ? { state: 'held', token, text } : { state: 'taken', text };
    },
    async release(path, token) {
      await withRedis(settings, (redis) => redis.eval(RELEASE_SCRIPT, [leaseKey(path)], [token]));
    },
  };
}

function leaseKey(path: string): string {
  return `${REDIS_PREFIX}lease/${path}`;
}
