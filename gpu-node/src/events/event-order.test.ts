import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { newJobId } from '../persist/job-id.ts';
import { jobEventStatement, recordedJson } from './job-events.ts';
import { counted, PATIENCE, progressOf, useListeners } from './listeners.fixture.ts';

const listeners = useListeners();
const { startNode, listen, progress } = listeners;

describe('events of transactions that overlap', () => {
  test('come in one order, once, though the younger committed first', async () => {
    const node = await startNode();
    const [shopId, jobId] = [randomUUID(), newJobId()];
    const client = await listen(node.sse({ shopId }));
    const older = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const writing = listeners.db.transaction(async (transaction) => {
      await progress(shopId, jobId, 1, transaction);
      begun.resolve();
      await older.promise;
    });
    await begun.promise;
    await progress(shopId, jobId, 2);
    // A reader that went by ids would take the second here and never come back for the first.
    await sleep(200);
    const between = await listen(node.sse({ shopId }));
    expect([counted(client), counted(between)]).toEqual([0, 0]);
    older.resolve();
    await writing;
    await expect
      .poll(() => [progressOf(client), progressOf(between)], PATIENCE)
      .toEqual([
        [1, 2],
        [1, 2],
      ]);
  });

  test('that are rolled back are never told, and hold nothing back for ever', async () => {
    const node = await startNode();
    const [shopId, jobId] = [randomUUID(), newJobId()];
    const client = await listen(node.sse({ shopId }));
    const rolledBack = listeners.db.transaction(async (transaction) => {
      await progress(shopId, jobId, 1, transaction);
      await progress(shopId, jobId, 2);
      throw new Error('changed its mind');
    });
    await expect(rolledBack).rejects.toThrow('changed its mind');
    await expect.poll(() => progressOf(client), PATIENCE).toEqual([2]);
  });

  test('are each told once and in one order to all, whoever loses its connection when', async () => {
    const [node, other] = [await startNode(), await startNode()];
    const shopId = randomUUID();
    const steady = await listen(node.sse({ shopId }));
    const jobs = Array.from({ length: 6 }, () => newJobId());
    let writing = true;
    const writers = Promise.all(
      jobs.map(async (jobId) => {
        for (let i = 0; i < 20; i++) {
          await listeners.db.transaction(async (transaction) => {
            await progress(shopId, jobId, i, transaction);
            await sleep(Math.random() * 8);
          });
        }
      }),
    ).finally(() => {
      writing = false;
    });
    const heard: string[] = [];
    let since = steady.told[0]!.id;
    for (let turn = 0; writing || heard.length < 120; turn++) {
      const at = turn % 2 ? node : other;
      const listening = { shopId, query: `since=${since}` };
      const client = await (turn % 3 ? at.sse(listening) : at.websocket(listening));
      await sleep(Math.random() * 60);
      client.close();
      heard.push(...client.events.map(({ id }) => id));
      since = client.lastId || since;
    }
    await writers;
    await expect.poll(() => counted(steady), PATIENCE).toBe(120);
    expect(heard).toEqual(steady.events.map(({ id }) => id));
    for (const jobId of jobs) {
      const ofJob = steady.events.filter((event) => event.job_id === jobId);
      expect(ofJob.map((event) => event.progress)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }
  });
});

test('an event can be part of the statement that changes the job', async () => {
  const node = await startNode();
  const [shopId, jobId] = [randomUUID(), newJobId()];
  const client = await listen(node.sse({ shopId }));
  await listeners.db.query('CREATE TABLE IF NOT EXISTS things (id UUID, state TEXT)');
  const told = jobEventStatement('SELECT $2::uuid, id, $3::jsonb FROM job');
  const statement = `WITH job AS (INSERT INTO things VALUES ($1, 'queued') RETURNING id), told AS (${told}) SELECT id FROM job`;
  const { rows } = await listeners.db.query(statement, [
    jobId,
    shopId,
    recordedJson({ event: 'job_started', progress: 0 }),
  ]);
  expect(rows).toEqual([{ id: jobId }]);
  await expect.poll(() => client.events, PATIENCE).toMatchObject([{ event: 'job_started', job_id: jobId }]);
});

test('commits notify only while somebody listens to the shop', async () => {
  const node = await startNode();
  const [listened, unheard] = [randomUUID(), randomUUID()];
  const client = await listen(node.sse({ shopId: listened }));
  const announced = async () =>
    (await listeners.db.query<{ shop_id: string }>('SELECT shop_id FROM job_event_listeners')).rows.map(
      (row) => row.shop_id,
    );
  expect(await announced()).toContain(listened);
  expect(await announced()).not.toContain(unheard);
  client.close();
  await expect.poll(announced, PATIENCE).not.toContain(listened);
});

test('a notifying connection that breaks is made anew, and what came in between is told', async () => {
  const node = await startNode();
  const [shopId, jobId] = [randomUUID(), newJobId()];
  const client = await listen(node.websocket({ shopId }));
  const listenerPids = async () =>
    (
      await listeners.db.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'edge-ocr listener' AND datname = current_database()`,
      )
    ).rows.map(({ pid }) => pid);
  await expect.poll(listenerPids, PATIENCE).toHaveLength(1);
  for (const nonsense of ['', 'x', 'null', '7', '{"shop": {}}'])
    await listeners.db.query(`SELECT pg_notify('ocr_job_events', $1)`, [nonsense]);
  const [pid] = await listenerPids();
  await listeners.db.query('SELECT pg_terminate_backend($1)', [pid]);
  await progress(shopId, jobId, 1);
  await expect.poll(() => progressOf(client), PATIENCE).toEqual([1]);
  await expect.poll(listenerPids, PATIENCE).not.toEqual([pid]);
  await progress(shopId, jobId, 2);
  await expect.poll(() => progressOf(client), PATIENCE).toEqual([1, 2]);
});

test('without notifications events come all the same, later', async () => {
  const node = await startNode({ pollMs: 100 });
  const [shopId, jobId] = [randomUUID(), newJobId()];
  const client = await listen(node.sse({ shopId }));
  await listeners.db.query('ALTER TABLE job_events DISABLE TRIGGER job_events_notify');
  await progress(shopId, jobId, 1);
  await expect.poll(() => progressOf(client), PATIENCE).toEqual([1]);
  await listeners.db.query('ALTER TABLE job_events ENABLE TRIGGER job_events_notify');
});

test('heartbeats tell the place, so that who heard nothing for long can resume', async () => {
  const node = await startNode({ heartbeatMs: 100, pollMs: 100 });
  const [shopId, other] = [randomUUID(), randomUUID()];
  const [sse, socket] = [await listen(node.sse({ shopId })), await listen(node.websocket({ shopId }))];
  const began = [sse.lastId, socket.lastId];
  await progress(other, newJobId(), 1);
  await expect.poll(() => sse.lastId, PATIENCE).not.toBe(began[0]);
  await expect.poll(() => socket.lastId, PATIENCE).not.toBe(began[1]);
  expect(sse.text).toMatch(/^retry: \d+\n\nid: .*\nevent: position\n/);
  expect(sse.text).toMatch(/\n: \nid: \d+-0\n\n/);
  expect([counted(sse), counted(socket)]).toEqual([0, 0]);
});
