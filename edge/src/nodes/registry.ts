/** Which nodes there are: those that announce themselves in Redis, and those of the static list. */
import { waitUntil } from 'cloudflare:workers';
import { ANNOUNCEMENT, type Announcement, announcementSchema, readPool } from '@edge-ocr/shared/pool';
import { verifyWithSecrets } from '../auth/verify-with-secrets.ts';
import type { Config } from '../config.ts';
import { causeOf, log } from '../log.ts';
import { type RedisClient, withRedis } from '../redis.ts';

/** What finding and calling nodes needs of the configuration. */
export type PoolConfig = Pick<Config, 'nodeUrls' | 'redis' | 'internalKeys' | 'pool'>;

export interface KnownNode {
  /** Origin. */
  readonly url: string;
  /** Requests that it takes at a time. */
  readonly capacity: number;
  /** Requests that it had when it said so last; 0 for a node that says nothing. */
  readonly inFlight: number;
  readonly draining: boolean;
  /** null for a node that says nothing. */
  readonly modelVersion: string | null;
  /** Of those in flight, the ones that wait for memory; null for a node that says nothing. */
  readonly queued: number | null;
}

/** What a node takes that does not say: the nodes' own default. */
const ASSUMED_CAPACITY = 16;
/** A list older than this many intervals is waited for, rather than read anew behind the request. */
const STALE_INTERVALS = 3;
/** One reading at a time behind requests; the next may begin when this one is surely over. */
const REFRESH_MAX_MS = 1000;
/** Announced versions count as the pool's this long. */
const VERSION_MAX_AGE_MS = 60_000;
/** Clocks of nodes and edges may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Plain values, because no request may wait for what another has asked: workerd forbids it. */
interface View {
  nodes: readonly KnownNode[];
  /** When it was read, in milliseconds since the epoch; 0 before the first reading. */
  readAt: number;
  /** When that was tried last, with or without success: while Redis is away requests do not wait for it one by one. */
  triedAt: number;
  refreshingUntil: number;
}

/** By Redis, of which an isolate has one, and its tests several. */
const views = new Map<string, View>();

/** The nodes to choose from now. Redis being away costs nothing but news: the last list stays, and the static one. */
export async function knownNodes(config: PoolConfig): Promise<KnownNode[]> {
  const announced = (await announcedView(config))?.nodes ?? [];
  const silent = config.nodeUrls.filter((url) => !announced.some((node) => node.url === url));
  return [...announced, ...silent.map(silentNode)];
}

/** The model version that most announced nodes have, or null when there is no recent announcement. */
export async function announcedModelVersion(config: PoolConfig): Promise<string | null> {
  const view = await announcedView(config);
  if (!view || Date.now() - view.readAt > VERSION_MAX_AGE_MS) return null;
  const staying = view.nodes.filter(({ draining }) => !draining);
  const votes = Map.groupBy(staying.length > 0 ? staying : view.nodes, (node) => node.modelVersion);
  // A tie is broken by name, so that all isolates break it alike.
  const [first] = [...votes].sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || (`${a}` < `${b}` ? 1 : -1));
  return first?.[0] ?? null;
}

async function announcedView(config: PoolConfig): Promise<View | null> {
  if (!config.redis) return null;
  const view = viewOf(config.redis.url);
  const now = Date.now();
  const age = now - view.triedAt;
  if (age < config.pool.refreshMs) return view;
  if (age > STALE_INTERVALS * config.pool.refreshMs) {
    await refresh(config, view);
  } else if (view.refreshingUntil < now) {
    view.refreshingUntil = now + REFRESH_MAX_MS;
    waitUntil(refresh(config, view));
  }
  return view;
}

function viewOf(redisUrl: string): View {
  const known = views.get(redisUrl);
  if (known) return known;
  const view = { nodes: [], readAt: 0, triedAt: 0, refreshingUntil: 0 };
  views.set(redisUrl, view);
  return view;
}

async function refresh({ redis, internalKeys }: PoolConfig, view: View): Promise<void> {
  try {
    const found = redis && (await withRedis(redis, (client) => readNodes(client, internalKeys)));
    if (!found) return;
    // All gone at once looks like a Redis that forgot: nodes that really went are found out by asking them.
    if (found.length > 0 || view.nodes.length === 0) view.nodes = found;
    view.readAt = Date.now();
  } catch (error) {
    log('warn', 'pool_not_read', { nodes: view.nodes.length, cause: causeOf(error).cause });
  } finally {
    view.triedAt = Date.now();
    view.refreshingUntil = 0;
  }
}

async function readNodes(redis: RedisClient, keys: readonly Uint8Array[]): Promise<KnownNode[]> {
  const nodes = await Promise.all(
    (await readPool(redis)).map(async ({ id, token, drainWished }) => {
      const announcement = await verifiedAnnouncement(token, id, keys);
      return announcement && knownNode(announcement, drainWished);
    }),
  );
  // A node that was replaced in its place leaves an announcement behind for a while: the newest, listed first, counts.
  return [
    ...new Map(
      nodes
        .filter((node) => node !== null)
        .map((node) => [node.url, node] as const)
        .reverse(),
    ).values(),
  ];
}

/** @returns null for what no node has signed under this id, and for what has lapsed. */
async function verifiedAnnouncement(
  token: string | null,
  id: string,
  keys: readonly Uint8Array[],
): Promise<Announcement | null> {
  if (!token) return null;
  try {
    const { payload } = await verifyWithSecrets(token, keys, {
      algorithms: [ANNOUNCEMENT.algorithm],
      issuer: ANNOUNCEMENT.issuer,
      audience: ANNOUNCEMENT.audience,
      subject: id,
      maxTokenAge: ANNOUNCEMENT.lifetimeSeconds,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'iat'],
    });
    return announcementSchema.parse(payload);
  } catch (error) {
    log('warn', 'announcement_refused', { node: id, cause: causeOf(error).cause });
    return null;
  }
}

function knownNode(
  { url, capacity, in_flight, queue, draining, model_version }: Announcement,
  drainWished: boolean,
): KnownNode {
  const { origin } = new URL(url);
  return {
    url: origin,
    capacity,
    inFlight: in_flight,
    draining: draining || drainWished,
    modelVersion: model_version,
    queued: queue,
  };
}

function silentNode(url: string): KnownNode {
  return { url, capacity: ASSUMED_CAPACITY, inFlight: 0, draining: false, modelVersion: null, queued: null };
}
