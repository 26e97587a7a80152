import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database } from '../persist/database.ts';
import { newJobId } from '../persist/job-id.ts';
import { BEGINNING } from './position.ts';
import { readEvents } from './read-events.ts';
import { sweepEvents } from './sweep-events.ts';

let cluster: TestCluster;
let db: Database;
beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
});
afterAll(() => cluster?.stop());

test('what is old goes, in batches, by several nodes at once, and the mark says how far', async () => {
  const shopId = randomUUID();
  const write = (count: number, age: string) =>
    db.query(
      `INSERT INTO job_events (shop_id, job_id, event, created_at)
       SELECT $1, $2, '{"event": "job_cancelled"}', now() - $3::interval FROM generate_series(1, $4)`,
      [shopId, newJobId(), age, count],
    );
  const read = () => readEvents(db, { shopId, after: BEGINNING, limit: 1000 });
  await write(55, '2 hours');
  await write(7, '10 minutes');
  const { events } = await read();
  expect(events).toHaveLength(62);
  const swept = await Promise.all([sweepEvents(db, 3600, 10), sweepEvents(db, 3600, 10), sweepEvents(db, 3600, 10)]);
  // One that found its batch being removed by another leaves the rest to the next minute.
  let more = 1;
  while (more > 0) {
    more = await sweepEvents(db, 3600, 10);
    swept.push(more);
  }
  expect(swept.reduce((sum, count) => sum + count)).toBe(55);
  const left = await read();
  expect(left.events).toEqual(events.slice(55));
  expect(left.swept).toEqual(events[54]!.position);
  expect(await sweepEvents(db, 3600)).toBe(0);
  expect((await read()).swept).toEqual(left.swept);
});

test('a mark of another cluster, whose transactions are further, counts for nothing', async () => {
  await db.query(`UPDATE job_events_swept SET xact = '9000000000000000000', id = 5`);
  const shopId = randomUUID();
  const query = { shopId, after: BEGINNING, limit: 10 };
  expect((await readEvents(db, query)).swept).toEqual(BEGINNING);
  await db.query(
    `INSERT INTO job_events (shop_id, job_id, event, created_at) VALUES ($1, $1, '{"event": "x"}', now() - INTERVAL '2 hours')`,
    [shopId],
  );
  const { events } = await readEvents(db, query);
  await sweepEvents(db, 3600);
  expect((await readEvents(db, query)).swept).toEqual(events[0]!.position);
});
