import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RestServer, startRestServer } from '@edge-ocr/infra/redis/rest-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratchDatabase, type ScratchDatabase } from '../scratch-database.ts';
import { serviceUrl } from '../service-url.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import {
  endUnharmed,
  expectWellAgain,
  type FaultySystem,
  isDone,
  isFailed,
  LIMIT_MS,
  startFaultySystem,
  startLoad,
} from './faulty-system.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const redisUrl = serviceUrl('TEST_REDIS_URL', 'redis://127.0.0.1:6379');
/** A database of Redis that no other test uses. */
const REDIS_DATABASE = 9;

/** Redis has the caches, the limits and the list of nodes; here the nodes announce themselves there and nowhere else. */
describe.skipIf(!serverUrl || !redisUrl)('Redis is lost under load', { timeout: LIMIT_MS }, () => {
  let scratch: ScratchDatabase;
  let proxy: TcpProxy;
  let bridge: RestServer;
  let system: FaultySystem;
  beforeAll(async () => {
    scratch = await createScratchDatabase(serverUrl!);
    proxy = await startTcpProxy(redisUrl!);
    const token = randomBytes(16).toString('hex');
    bridge = await startRestServer({ redisUrl: `redis://127.0.0.1:${proxy.port}/${REDIS_DATABASE}`, token });
    const shared = { UPSTASH_REDIS_REST_URL: bridge.url, UPSTASH_REDIS_REST_TOKEN: token };
    system = await startFaultySystem({
      databaseUrl: scratch.url,
      nodes: ['a', 'b'],
      nodeEnvironment: { ...shared, POOL_HEARTBEAT_MS: '500', POOL_TTL_MS: '3000' },
      edgeVars: { ...shared, POOL_REFRESH_MS: '500' },
      reach: async () => '',
    });
  });
  afterAll(async () => {
    await system?.stop();
    await bridge?.stop();
    await proxy?.stop();
    await scratch?.drop();
  });

  it.each(['gone', 'hung'] as const)('%s: no request fails, and none is lost', async (state) => {
    const load = await startLoad(system);
    await load.until(20, isDone);
    await proxy.become(state);
    await sleep(8000);
    await load.until(20, isDone);
    await proxy.become('gone');
    await proxy.become('up');
    await load.until(20, isDone);
    const samples = await endUnharmed(load, scratch.db, `Redis ${state}`);
    expect(samples.filter(isFailed)).toEqual([]);
    await expectWellAgain(system);
  });
});
