import { setTimeout as sleep } from 'node:timers/promises';
import { connectPostgres } from '@edge-ocr/gpu-node/persist/postgres';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type OwnPostgres, startOwnPostgres } from '../own-postgres.ts';
import { serviceUrl } from '../service-url.ts';
import {
  endUnharmed,
  expectWellAgain,
  type FaultySystem,
  isDone,
  LIMIT_MS,
  startFaultySystem,
  startLoad,
} from './faulty-system.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const CRASHES = 3;

/** With a server of its own, which is stopped at once (-m immediate): no goodbye, no checkpoint, recovery from its log. */
describe.skipIf(!serverUrl)('PostgreSQL crashes under load', { timeout: LIMIT_MS }, () => {
  let postgres: OwnPostgres;
  let system: FaultySystem;
  beforeAll(async () => {
    postgres = await startOwnPostgres();
    system = await startFaultySystem({ databaseUrl: postgres.url, nodes: ['a', 'b'] });
  });
  afterAll(async () => {
    await system?.stop();
    await postgres?.stop();
  });

  it('and what was accepted is there, and requests are served again without a restart', async () => {
    const load = await startLoad(system, 15);
    for (let crash = 0; crash < CRASHES; crash++) {
      await load.until(20, isDone);
      await postgres.restart();
      await sleep(500);
    }
    await load.until(20, isDone);
    const db = connectPostgres({ url: postgres.url, poolSize: 1 });
    await endUnharmed(load, db, 'PostgreSQL crashed').finally(() => db.close());
    await expectWellAgain(system);
  });
});
