/** The pool as Redis holds it. Every function throws what the client throws when Redis is away. */
import { type Announcement, POOL_KEY, readPool } from '@edge-ocr/shared/pool';
import type { RedisClient } from '../redis.ts';
import { readAnnouncement } from './announcement.ts';

/** Ids of nodes that were killed stay in the index until now and then; long, because clocks differ. */
const FORGOTTEN_AFTER_MS = 3_600_000;
/** A wish to drain outlives its node by this at the most. */
const DRAIN_WISH_SECONDS = 7 * 86_400;

export interface PoolNode {
  readonly id: string;
  readonly announcement: Announcement;
  /** An operator wants it drained, whether or not it has heard yet. */
  readonly drainWished: boolean;
}

/**
 * One heartbeat.
 * @param token the signed announcement.
 * @returns whether an operator wants the node drained.
 */
export async function announce(redis: RedisClient, id: string, token: string, ttlMs: number): Promise<boolean> {
  const now = Date.now();
  const outcomes = await redis
    .pipeline()
    .set(POOL_KEY.node(id), token, { px: ttlMs })
    .zadd(POOL_KEY.index, { score: now, member: id })
    .zremrangebyscore(POOL_KEY.index, 0, now - FORGOTTEN_AFTER_MS)
    .exists(POOL_KEY.drain(id))
    .exec<[unknown, unknown, unknown, number]>();
  return outcomes[3] === 1;
}

/** The node is gone for good: so is what was wished of it. */
export async function withdraw(redis: RedisClient, id: string): Promise<void> {
  await redis.pipeline().del(POOL_KEY.node(id), POOL_KEY.drain(id)).zrem(POOL_KEY.index, id).exec();
}

/** The nodes that are there now, by id; what is no announcement is left out. */
export async function listNodes(redis: RedisClient): Promise<PoolNode[]> {
  const entries = (await readPool(redis)).sort((a, b) => (a.id < b.id ? -1 : 1));
  return entries.flatMap(({ id, token, drainWished }) => {
    const announcement = readAnnouncement(token ?? '');
    return announcement?.sub === id ? [{ id, announcement, drainWished }] : [];
  });
}

/** Asks a node to drain, or to take work again; it hears with its next heartbeat, edges with their next look. */
export async function wishDrain(redis: RedisClient, id: string, wished: boolean): Promise<void> {
  if (wished) await redis.set(POOL_KEY.drain(id), '1', { ex: DRAIN_WISH_SECONDS });
  else await redis.del(POOL_KEY.drain(id));
}
