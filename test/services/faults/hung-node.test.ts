import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratchDatabase, type ScratchDatabase } from '../scratch-database.ts';
import { serviceUrl } from '../service-url.ts';
import {
  DEADLINE_MS,
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

describe.skipIf(!serverUrl)('a node of two that hangs (SIGSTOP) and goes on (SIGCONT)', { timeout: LIMIT_MS }, () => {
  let scratch: ScratchDatabase;
  let system: FaultySystem;
  beforeAll(async () => {
    scratch = await createScratchDatabase(serverUrl!);
    system = await startFaultySystem({ databaseUrl: scratch.url, nodes: ['a', 'b'] });
  });
  afterAll(async () => {
    await system?.stop();
    await scratch?.drop();
  });

  it('is left alone until it is back, and what it does late does no harm', async () => {
    const { pid } = system.nodes.get('a')!;
    const load = await startLoad(system);
    await load.until(20, isDone);
    process.kill(pid, 'SIGSTOP');
    try {
      // Those that it had, and those that it was asked before it was set aside, end at their deadline.
      await sleep(DEADLINE_MS + 3000);
      const before = load.samples.length;
      await load.until(30);
      expect(load.samples.slice(before).filter(isFailed).length).toBeLessThan(6);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await load.until(30, isDone);
    await endUnharmed(load, scratch.db, 'a node hung');
    await expectWellAgain(system);
    // What the node read after nobody waited any more is kept at most once.
    const { rows } = await scratch.db.query(
      'SELECT shop_id, sha256 FROM ocr_processing_jobs GROUP BY id, shop_id, sha256 HAVING count(*) > 1',
    );
    expect(rows).toEqual([]);
  });
});
