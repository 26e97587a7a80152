import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { afterEach, describe, expect, it } from 'vitest';
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

/** Longer than the node waits for an answer of the database. */
const SILENCE_MS = 12_000;

describe.skipIf(!serverUrl)('connections that stay open and say nothing', { timeout: LIMIT_MS }, () => {
  let scratch: ScratchDatabase;
  let system: FaultySystem;
  let proxies: TcpProxy[] = [];
  afterEach(async () => {
    await system?.stop();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    proxies = [];
    await scratch?.drop();
  });

  /** As after a firewall forgot the connections: what comes through again are new ones. */
  async function comeBack(proxy: TcpProxy): Promise<void> {
    await proxy.become('gone');
    await proxy.become('up');
  }

  it('to PostgreSQL: answers come in time, and the node goes on when it is back', async () => {
    scratch = await createScratchDatabase(serverUrl!);
    const db: Database = scratch.db;
    const proxy = await startTcpProxy(scratch.url);
    proxies = [proxy];
    const databaseUrl = new URL(scratch.url);
    databaseUrl.port = String(proxy.port);
    system = await startFaultySystem({ databaseUrl: databaseUrl.href, nodes: ['a'] });
    const load = await startLoad(system);
    await load.until(20, isDone);
    await proxy.become('hung');
    await sleep(SILENCE_MS);
    await load.until(1, isFailed);
    await comeBack(proxy);
    await load.until(20, isDone);
    await endUnharmed(load, db, 'PostgreSQL half-open');
    await expectWellAgain(system);
  });

  it('to one node of two: the other takes over, and the first is asked again when it is back', async () => {
    scratch = await createScratchDatabase(serverUrl!);
    system = await startFaultySystem({
      databaseUrl: scratch.url,
      nodes: ['a', 'b'],
      async reach(node) {
        const proxy = await startTcpProxy(node.url);
        proxies.push(proxy);
        return `http://127.0.0.1:${proxy.port}`;
      },
    });
    const load = await startLoad(system);
    await load.until(20, isDone);
    await proxies[0]!.become('hung');
    await sleep(SILENCE_MS);
    // By now the silent one is set aside, and nobody waits for it any more.
    const before = load.samples.length;
    await load.until(20, isDone);
    expect(load.samples.slice(before).filter(isFailed).length).toBeLessThan(5);
    await comeBack(proxies[0]!);
    await load.until(20, isDone);
    await endUnharmed(load, scratch.db, 'node half-open');
    await expectWellAgain(system);
  });
});
