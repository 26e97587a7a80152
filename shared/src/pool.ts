/** How nodes announce themselves in Redis, for edge and node alike. */
import { z } from 'zod';

const PREFIX = 'edge-ocr:pool';
export const POOL_KEY = {
  /** Sorted set of node ids by the time of their last heartbeat, in milliseconds since the epoch. */
  index: `${PREFIX}:nodes`,
  /** The node's announcement; lives as long as its heartbeat goes on. */
  node: (id: string) => `${PREFIX}:node:${id}`,
  /** There while an operator wants the node drained. */
  drain: (id: string) => `${PREFIX}:drain:${id}`,
} as const;

/** More nodes than this are not looked at. */
export const POOL_MAX_NODES = 500;

export const nodeIdSchema = z.string().regex(/^[\w.-]{1,100}$/);

/** Only an origin: the path at the node is what a request is vouched for, so a base path has no place. */
export function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '');
}

/** What can be a model version, in announcements and headers. */
export const modelVersionSchema = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/**
 * An announcement is a JWT signed with the internal secret, so that who can write to Redis alone cannot have images sent
 * to a place of their choosing. `sub` is the node's id.
 */
export const ANNOUNCEMENT = {
  algorithm: 'HS256',
  issuer: 'edge-ocr/node',
  audience: 'edge-ocr/pool',
  /** Redis forgets it sooner; this ends what somebody has kept and put back. */
  lifetimeSeconds: 60,
} as const;

const count = z.number().int().min(0).max(1_000_000);

export const announcementSchema = z.object({
  sub: nodeIdSchema,
  /** Where the edge reaches the node. */
  url: z.string().max(2000).refine(isOrigin),
  /** Requests at a time. */
  capacity: count.min(1),
  in_flight: count,
  /** Of those in flight, the ones that wait for memory. */
  queue: count,
  model_version: modelVersionSchema,
  /** The node takes no new work soon, or already. */
  draining: z.boolean(),
});
export type Announcement = z.infer<typeof announcementSchema>;

/** What a client of Redis must do for `readPool`. */
export interface PoolReader {
  zrange(key: string, min: number, max: number, options: { rev: true }): Promise<unknown[]>;
  mget(...keys: string[]): Promise<unknown[]>;
}

/** A node as Redis holds it; nothing of it is checked but its id. */
export interface PoolEntry {
  readonly id: string;
  /** The announcement; null when its lifetime is over. */
  readonly token: string | null;
  readonly drainWished: boolean;
}

/** The pool in two round trips, the node that was heard of last first. @throws whatever the client throws. */
export async function readPool(redis: PoolReader): Promise<PoolEntry[]> {
  const listed = await redis.zrange(POOL_KEY.index, 0, POOL_MAX_NODES - 1, { rev: true });
  const ids = listed.flatMap((id) => nodeIdSchema.safeParse(id).data ?? []);
  if (ids.length === 0) return [];
  const values = await redis.mget(...ids.map((id) => POOL_KEY.node(id)), ...ids.map((id) => POOL_KEY.drain(id)));
  return ids.map((id, i) => {
    const token = values[i];
    return {
      id,
      token: typeof token === 'string' ? token : null,
      drainWished: (values[ids.length + i] ?? null) !== null,
    };
  });
}
