/** The only importer of @upstash/redis in the edge: one client, its time limit, and its rest after a failure. */
import { Redis } from '@upstash/redis/cloudflare';

const TIMEOUT_MS = 300;
/** After a failure Redis is left alone this long, so that not every request waits for the timeout. */
const REST_MS = 5000;

export interface RedisSettings {
  readonly url: string;
  readonly token: string;
}

export type RedisClient = Redis;

/** By address, because all that uses one Redis suffers the same outage. */
const restingUntil = new Map<string, number>();
const clients = new WeakMap<RedisSettings, Redis>();

/**
 * @param options.pipelined commands of one moment go in one round trip. Such a client belongs to one request: workerd
 *   lets no request wait for the I/O of another, and a pipeline shared by two would make one do that.
 */
export function openRedis(settings: RedisSettings, options: { readonly pipelined?: boolean } = {}): Redis {
  return new Redis({
    url: settings.url,
    token: settings.token,
    automaticDeserialization: false,
    enableTelemetry: false,
    enableAutoPipelining: options.pipelined ?? false,
    retry: false,
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
  });
}

export function isResting(settings: RedisSettings): boolean {
  return (restingUntil.get(settings.url) ?? 0) > Date.now();
}

/** Leaves Redis alone for a while. */
export function rest(settings: RedisSettings): void {
  restingUntil.set(settings.url, Date.now() + REST_MS);
}

/**
 * Runs commands, unless Redis is resting.
 * @returns null while it rests.
 * @throws whatever the client throws; Redis rests then.
 */
export async function withRedis<T>(settings: RedisSettings, work: (redis: Redis) => Promise<T>): Promise<T | null> {
  if (isResting(settings)) return null;
  try {
    return await work(sharedClient(settings));
  } catch (error) {
    rest(settings);
    throw error;
  }
}

/** Not pipelined, so every command is a fetch of the request that asks for it. */
function sharedClient(settings: RedisSettings): Redis {
  const known = clients.get(settings);
  if (known) return known;
  const client = openRedis(settings);
  clients.set(settings, client);
  return client;
}
