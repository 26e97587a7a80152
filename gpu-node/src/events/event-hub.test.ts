import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database, Queryable } from '../persist/database.ts';
import { newJobId } from '../persist/job-id.ts';
import { migrate } from '../persist/migrate.ts';
import { exampleJob, exampleResult } from '../persist/result.fixture.ts';
import { saveResult } from '../persist/results.ts';
import { type EventNode, type Listening, startEventNode } from './event-node.fixture.ts';
import { jobEventStatement, type RecordedEvent, recordedJson, recordJobEvent } from './job-events.ts';
import type { StreamClient } from './stream-client.fixture.ts';
import { sweepEvents } from './sweep-events.ts';

const PATIENCE = { timeout: 10_000, interval: 10 };
let cluster: TestCluster;
let url: string;
let db: Database;
const nodes: EventNode[] = [];
const clients: StreamClient[] = [];

beforeAll(async () => {
  cluster = await startTestCluster();
  url = await cluster.createDatabase();
  db = cluster.connect(url, { poolSize: 12 });
  await migrate(db);
});
afterAll(() => cluster?.stop());
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

async function startNode(options: Parameters<typeof startEventNode>[2] = {}): Promise<EventNode> {
  const node = await startEventNode(db, url, options);
  nodes.push(node);
  return node;
}

async function listen<T extends StreamClient>(opening: Promise<T>): Promise<T> {
  const client = await opening;
  clients.push(client);
  await expect.poll(() => client.told.length, PATIENCE).toBeGreaterThan(0);
  return client;
}

function progress(shopId: string, jobId: string, percent: number, on: Queryable = db): Promise<void> {
  return recordJobEvent(on, {
    shopId,
    jobId,
    event: { event: 'job_progress', progress: percent, current_step: 'detect' },
  });
}

const progressOf = (client: StreamClient) => client.events.map((event) => event.progress);
const counted = (client: StreamClient) => client.events.length;

describe.each(['sse', 'websocket'] as const)('over %s', (kind) => {
  const open = (node: EventNode, listening: Listening): Promise<StreamClient> => node[kind](listening);

  test('a listener is told where the stream stands, and then what its shop’s jobs do', async () => {
    const node = await startNode();
    const [shopId, jobId] = [randomUUID(), newJobId()];
    const client = await listen(open(node, { shopId }));
    expect(client.told).toEqual([{ id: expect.stringMatching(/^\d+-0$/), event: 'position' }]);
    const error = {
      code: 'MODEL_ERROR',
      message: 'PAN ABCPE1234F',
      details: { suggestion: 's', retryable: true, request_id: 'r' },
    } as const;
    const told: RecordedEvent[] = [
      { event: 'job_queued', queue_position: 3 },
      { event: 'job_started', progress: 0 },
      { event: 'job_progress', progress: 40, current_step: 'recognise' },
      { event: 'job_failed', error },
      { event: 'job_cancelled' },
    ];
    for (const event of told) await recordJobEvent(db, { shopId, jobId, event });
    await expect.poll(() => counted(client), PATIENCE).toBe(5);
    expect(client.events[0]).toEqual({
      id: client.events[0]!.id,
      event: 'job_queued',
      job_id: jobId,
      queue_position: 3,
    });
    expect(client.events.map(({ event }) => event)).toEqual(told.map(({ event }) => event));
    expect(JSON.stringify(client.events[3])).not.toContain('ABCPE1234F');
  });

  test('a completed job comes with its result', async () => {
    const node = await startNode();
    const result = exampleResult();
    const job = exampleJob(result);
    const { shopId } = job.principal;
    const client = await listen(open(node, { shopId, query: `job_id=${result.id.toUpperCase()}` }));
    await saveResult(db, job);
    await recordJobEvent(db, { shopId, jobId: result.id, event: { event: 'job_completed' } });
    // Another shop's result is none.
    const thief = randomUUID();
    const other = await listen(open(node, { shopId: thief }));
    await recordJobEvent(db, { shopId: thief, jobId: result.id, event: { event: 'job_completed' } });
    await expect.poll(() => [counted(client), counted(other)], PATIENCE).toEqual([1, 1]);
    expect(client.events[0]).toMatchObject({
      event: 'job_completed',
      job_id: result.id,
      result: { text: result.text },
    });
    expect(other.events[0]).toMatchObject({ event: 'job_completed', result: null });
  });

  test('nothing of another shop is told, not by its job’s id nor by an id of its stream', async () => {
    const node = await startNode();
    const [shopId, otherShop, jobId] = [randomUUID(), randomUUID(), newJobId()];
    const own = await listen(open(node, { shopId }));
    await progress(shopId, jobId, 1);
    await expect.poll(() => counted(own), PATIENCE).toBe(1);
    const others = await Promise.all([
      listen(open(node, { shopId: otherShop })),
      listen(open(node, { shopId: otherShop, query: `job_id=${jobId}` })),
      listen(open(node, { shopId: otherShop, query: 'since=0-0' })),
      listen(open(node, { shopId: otherShop, query: `since=${own.told[0]!.id}&job_id=${jobId}` })),
    ]);
    await progress(shopId, jobId, 2);
    await progress(otherShop, newJobId(), 99);
    await expect.poll(() => counted(own), PATIENCE).toBe(2);
    await expect.poll(() => others.map(progressOf), PATIENCE).toEqual([[99], [], [99], []]);
  });

  test('one job’s stream begins with the job, and tells of no other', async () => {
    const node = await startNode();
    const [shopId, jobId] = [randomUUID(), newJobId()];
    await progress(shopId, jobId, 1);
    await progress(shopId, newJobId(), 50);
    const client = await listen(open(node, { shopId, query: `job_id=${jobId}` }));
    await progress(shopId, jobId, 2);
    await progress(shopId, newJobId(), 60);
    await progress(shopId, jobId, 3);
    await expect.poll(() => progressOf(client), PATIENCE).toEqual([1, 2, 3]);
  });

  test('who resumes gets the rest, at any node, without a gap and without a repeat', async () => {
    const [node, other] = [await startNode(), await startNode()];
    const [shopId, jobId] = [randomUUID(), newJobId()];
    const first = await listen(open(node, { shopId }));
    for (let i = 0; i < 5; i++) await progress(shopId, jobId, i);
    await expect.poll(() => counted(first), PATIENCE).toBe(5);
    first.close();
    // More than is read at a time.
    await db.query(
      `INSERT INTO job_events (shop_id, job_id, event)
       SELECT $1, $2, json_build_object('event', 'job_progress', 'progress', i, 'current_step', 'x') FROM generate_series(5, 254) i`,
      [shopId, jobId],
    );
    const second = await listen(open(other, { shopId, query: `since=${first.events[2]!.id}` }));
    expect(second.told[0]).toEqual({ id: first.events[2]!.id, event: 'position' });
    await progress(shopId, jobId, 255);
    await expect.poll(() => progressOf(second), PATIENCE).toEqual(Array.from({ length: 253 }, (_, i) => i + 3));
    const ofNothing = await listen(open(other, { shopId, query: `since=${second.lastId}` }));
    await progress(shopId, jobId, 256);
    await expect.poll(() => progressOf(ofNothing), PATIENCE).toEqual([256]);
  });

  test('who was away for too long is told so, and goes on from there', async () => {
    const node = await startNode();
    const [shopId, jobId] = [randomUUID(), newJobId()];
    const before = await listen(open(node, { shopId }));
    await progress(shopId, jobId, 1);
    await expect.poll(() => counted(before), PATIENCE).toBe(1);
    await db.query(`UPDATE job_events SET created_at = now() - INTERVAL '2 hours' WHERE shop_id = $1`, [shopId]);
    await progress(shopId, jobId, 2);
    await expect.poll(() => counted(before), PATIENCE).toBe(2);
    expect(await sweepEvents(db, 3600, 1000)).toBeGreaterThan(0);
    const late = await listen(open(node, { shopId, query: `since=${before.told[0]!.id}` }));
    expect(late.told[0]!.event).toBe('reset');
    const inTime = await listen(open(node, { shopId, query: `since=${before.events[0]!.id}` }));
    expect(inTime.told[0]!.event).toBe('position');
    const ofElsewhere = await listen(open(node, { shopId, query: 'since=9999999999999999999-1' }));
    expect(ofElsewhere.told[0]!.event).toBe('reset');
    await progress(shopId, jobId, 3);
    await expect.poll(() => [late, inTime, ofElsewhere].map(progressOf), PATIENCE).toEqual([[3], [2, 3], [3]]);
  });

  test('a connection ends with the token that opened it, or when it has lasted long enough', async () => {
    const node = await startNode({ maxConnectionSeconds: 3 });
    const shopId = randomUUID();
    const until = Math.floor(Date.now() / 1000) + 2;
    const expired = await listen(open(node, { shopId, until }));
    const lasted = await listen(open(node, { shopId }));
    const codes = [await expired.ended, await lasted.ended];
    if (kind === 'websocket') expect(codes).toEqual([4401, 1001]);
    await expect.poll(() => node.ended.join(), PATIENCE).toBe('expired,goingAway');
  });

  test('a node that goes sends its listeners away', async () => {
    const node = await startNode();
    const client = await listen(open(node, { shopId: randomUUID() }));
    await node.hub.close();
    expect(await client.ended).toBe(kind === 'websocket' ? 1001 : undefined);
    await expect(open(node, { shopId: randomUUID() })).rejects.toThrow(kind === 'sse' ? /OVERLOADED/ : 'refused');
  });

  test('there is room for so many, of a shop and in all', async () => {
    const node = await startNode({ maxConnections: 3, maxConnectionsPerShop: 2 });
    const [shopId, other] = [randomUUID(), randomUUID()];
    const first = await listen(open(node, { shopId }));
    await listen(open(node, { shopId }));
    const refusal = kind === 'sse' ? /503 .*OVERLOADED/ : 'refused';
    await expect(open(node, { shopId })).rejects.toThrow(refusal);
    await listen(open(node, { shopId: other }));
    await expect(open(node, { shopId: other })).rejects.toThrow(refusal);
    first.close();
    await expect.poll(() => node.hub.connections, PATIENCE).toBe(2);
    await listen(open(node, { shopId }));
  });
});

describe('events of transactions that overlap', () => {
  test('come in one order, once, though the younger committed first', async () => {
    const node = await startNode();
    const [shopId, jobId] = [randomUUID(), newJobId()];
    const client = await listen(node.sse({ shopId }));
    const older = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const writing = db.transaction(async (transaction) => {
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
    const rolledBack = db.transaction(async (transaction) => {
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
          await db.transaction(async (transaction) => {
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
  await db.query('CREATE TABLE IF NOT EXISTS things (id UUID, state TEXT)');
  const told = jobEventStatement('SELECT $2::uuid, id, $3::jsonb FROM job');
  const statement = `WITH job AS (INSERT INTO things VALUES ($1, 'queued') RETURNING id), told AS (${told}) SELECT id FROM job`;
  const { rows } = await db.query(statement, [jobId, shopId, recordedJson({ event: 'job_started', progress: 0 })]);
  expect(rows).toEqual([{ id: jobId }]);
  await expect.poll(() => client.events, PATIENCE).toMatchObject([{ event: 'job_started', job_id: jobId }]);
});

test('commits notify only while somebody listens to the shop', async () => {
  const node = await startNode();
  const [listened, unheard] = [randomUUID(), randomUUID()];
  const client = await listen(node.sse({ shopId: listened }));
  const announced = async () =>
    (await db.query<{ shop_id: string }>('SELECT shop_id FROM job_event_listeners')).rows.map((row) => row.shop_id);
  expect(await announced()).toContain(listened);
  expect(await announced()).not.toContain(unheard);
  client.close();
  await expect.poll(announced, PATIENCE).not.toContain(listened);
});

test('a notifying connection that breaks is made anew, and what came in between is told', async () => {
  const node = await startNode();
  const [shopId, jobId] = [randomUUID(), newJobId()];
  const client = await listen(node.websocket({ shopId }));
  const listeners = async () =>
    (
      await db.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'edge-ocr listener' AND datname = current_database()`,
      )
    ).rows.map(({ pid }) => pid);
  await expect.poll(listeners, PATIENCE).toHaveLength(1);
  for (const nonsense of ['', 'x', 'null', '7', '{"shop": {}}'])
    await db.query(`SELECT pg_notify('ocr_job_events', $1)`, [nonsense]);
  const [pid] = await listeners();
  await db.query('SELECT pg_terminate_backend($1)', [pid]);
  await progress(shopId, jobId, 1);
  await expect.poll(() => progressOf(client), PATIENCE).toEqual([1]);
  await expect.poll(listeners, PATIENCE).not.toEqual([pid]);
  await progress(shopId, jobId, 2);
  await expect.poll(() => progressOf(client), PATIENCE).toEqual([1, 2]);
});

test('without notifications events come all the same, later', async () => {
  const node = await startNode({ pollMs: 100 });
  const [shopId, jobId] = [randomUUID(), newJobId()];
  const client = await listen(node.sse({ shopId }));
  await db.query('ALTER TABLE job_events DISABLE TRIGGER job_events_notify');
  await progress(shopId, jobId, 1);
  await expect.poll(() => progressOf(client), PATIENCE).toEqual([1]);
  await db.query('ALTER TABLE job_events ENABLE TRIGGER job_events_notify');
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

describe('a WebSocket client', () => {
  test('may name its place after it has connected', async () => {
    const node = await startNode();
    const [shopId, jobId] = [randomUUID(), newJobId()];
    const first = await listen(node.sse({ shopId }));
    for (const i of [1, 2, 3]) await progress(shopId, jobId, i);
    await expect.poll(() => counted(first), PATIENCE).toBe(3);
    const client = await listen(node.websocket({ shopId }));
    client.say(JSON.stringify({ since: first.events[0]!.id }));
    await progress(shopId, jobId, 4);
    await expect
      .poll(() => client.told.map(({ event }) => event).filter((name) => name === 'position').length, PATIENCE)
      .toBe(2);
    const sincePlace = () => client.told.slice(client.told.findLastIndex(({ event }) => event === 'position') + 1);
    await expect.poll(() => sincePlace().map((event) => event.progress), PATIENCE).toEqual([2, 3, 4]);
  });

  test.each(['hello', '{"since":"x"}', '{"since":"1-1","shop_id":"y"}', '[]'])('that says %s is cut', async (text) => {
    const node = await startNode();
    const client = await listen(node.websocket({ shopId: randomUUID() }));
    client.say(text);
    expect(await client.ended).toBe(1008);
  });

  test('that says more than it may is cut', async () => {
    const node = await startNode();
    const client = await listen(node.websocket({ shopId: randomUUID() }));
    client.say('x'.repeat(5000));
    expect(await client.ended).toBe(1009);
  });
});

test('only what the edge vouches for as a connection is let in, and only with sense', async () => {
  const node = await startNode();
  const shopId = randomUUID();
  await expect(node.sse({ shopId, until: null })).rejects.toThrow(/^401 /);
  await expect(node.websocket({ shopId, until: null })).rejects.toThrow('refused');
  for (const query of ['since=1', 'since=1-1&since=2-2', 'job_id=7', 'shop_id=1', 'ticket=x'])
    await expect(node.sse({ shopId, query })).rejects.toThrow(/^400 .*INVALID_REQUEST/);
  const { url: whole } = await node.request({ shopId });
  expect((await fetch(whole)).status).toBe(401);
  expect(node.hub.connections).toBe(0);
});
