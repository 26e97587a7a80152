import { env } from 'cloudflare:workers';
import { ANNOUNCEMENT, type Announcement, POOL_KEY } from '@edge-ocr/shared/pool';
import { type JWTPayload, SignJWT } from 'jose';
import type { StandInNode } from './stand-in-node.ts';
import type { StandInRedis } from './stand-in-redis.ts';

export interface SpoiltAnnouncement {
  readonly secret?: string;
  readonly audience?: string;
  /** Seconds since the epoch. */
  readonly issuedAt?: number;
  readonly claims?: Partial<Record<keyof Announcement, string | number | boolean>>;
}

/** Puts a node into Redis as a real one announces itself, or as an attacker would. */
export async function announceNode(
  redis: StandInRedis,
  node: StandInNode,
  spoilt: SpoiltAnnouncement = {},
): Promise<string> {
  const id = new URL(node.url).hostname;
  // biome-ignore lint/complexity/useDateNow: the clock that jose reads, which a test that moves Date.now leaves alone
  const issuedAt = spoilt.issuedAt ?? Math.floor(Number(new Date()) / 1000);
  const announcement: Announcement = {
    sub: id,
    url: node.url,
    capacity: 16,
    in_flight: 0,
    queue: 0,
    model_version: node.modelVersion,
    draining: false,
  };
  const token = await new SignJWT({ ...announcement, ...spoilt.claims } as JWTPayload)
    .setProtectedHeader({ alg: ANNOUNCEMENT.algorithm })
    .setIssuer(ANNOUNCEMENT.issuer)
    .setAudience(spoilt.audience ?? ANNOUNCEMENT.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ANNOUNCEMENT.lifetimeSeconds)
    .sign(new TextEncoder().encode(spoilt.secret ?? env.INTERNAL_SECRET));
  if (!redis.nodeIds.includes(id)) redis.nodeIds.push(id);
  redis.values.set(POOL_KEY.node(id), token);
  return id;
}
