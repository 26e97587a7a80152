import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newJobId } from '../persist/job-id.ts';
import { exampleJob, exampleResult } from '../persist/result.fixture.ts';
import { saveResult } from '../persist/results.ts';
import type { EventNode, Listening } from './event-node.fixture.ts';
import { type RecordedEvent, recordJobEvent } from './job-events.ts';
import { counted, PATIENCE, progressOf, useListeners } from './listeners.fixture.ts';
import type { StreamClient } from './stream-client.fixture.ts';
import { sweepEvents } from './sweep-events.ts';

const listeners = useListeners();
const { startNode, listen, progress } = listeners;

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
    for (const event of told) await recordJobEvent(listeners.db, { shopId, jobId, event });
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
    await saveResult(listeners.db, job);
    await recordJobEvent(listeners.db, { shopId, jobId: result.id, event: { event: 'job_completed' } });
    // Another shop's result is none.
    const thief = randomUUID();
    const other = await listen(open(node, { shopId: thief }));
    await recordJobEvent(listeners.db, { shopId: thief, jobId: result.id, event: { event: 'job_completed' } });
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
    await listeners.db.query(
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
    await listeners.db.query(`UPDATE job_events SET created_at = now() - INTERVAL '2 hours' WHERE shop_id = $1`, [
      shopId,
    ]);
    await progress(shopId, jobId, 2);
    await expect.poll(() => counted(before), PATIENCE).toBe(2);
    expect(await sweepEvents(listeners.db, 3600, 1000)).toBeGreaterThan(0);
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
