/** A database of the Redis of these tests, as edges and nodes share one: behind a REST server of its own. */
import { randomBytes } from 'node:crypto';
import { startRestServer } from '@edge-ocr/infra/redis/rest-server';
import { Redis } from 'ioredis';

export interface SharedRedis {
  readonly client: Redis;
  /** Of edges, nodes and commands. */
  readonly variables: { readonly UPSTASH_REDIS_REST_URL: string; readonly UPSTASH_REDIS_REST_TOKEN: string };
  /** Leaves the database empty. */
  stop(): Promise<void>;
}

/** Empty at first. @param database its number; no other test may use it. */
export async function startSharedRedis(redisUrl: string, database: number): Promise<SharedRedis> {
  const client = new Redis(redisUrl, { protocol: 2, db: database });
  await client.flushdb();
  const token = randomBytes(32).toString('base64url');
  const rest = await startRestServer({ redisUrl: new URL(`/${database}`, redisUrl).href, token });
  return {
    client,
    variables: { UPSTASH_REDIS_REST_URL: rest.url, UPSTASH_REDIS_REST_TOKEN: token },
    async stop() {
      await rest.stop();
      await client.flushdb();
      client.disconnect();
    },
  };
}
