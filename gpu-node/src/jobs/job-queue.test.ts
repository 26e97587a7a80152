import { randomUUID } from 'node:crypto';
import { OcrError } from '@edge-ocr/shared/errors';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database } from '../persist/database.ts';
import { newJobId } from '../persist/job-id.ts';
import type { DocumentRequest } from '../process-document.ts';
import { QUEUE } from './boss.ts';
import { redriveJobs } from './dead-letters.ts';
import type { JobOutcome, JobQueue } from './job-queue.ts';
import type { JobQueueOptions } from './open-job-queue.ts';
import { instantReading, memoryStore, openTestQueue, storedJob } from './queue.fixture.ts';

let cluster: TestCluster;
let db: Database;
const images = memoryStore();
const opened: JobQueue[] = [];
beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
});
afterEach(() => Promise.all(opened.splice(0).map((queue) => queue.stop())));
afterAll(() => cluster?.stop());

/** Not begun to take jobs: accepting needs a started queue, so those that only accept have no places. */
async function openQueue(overrides: Partial<JobQueueOptions> = {}) {
  const queue = openTestQueue(db, { images, ...overrides });
  opened.push(queue);
  await queue.start();
  return queue;
}

const PATIENCE = { timeout: 15_000, interval: 20 };

function outcomeOf(queue: JobQueue, shopId: string, id: string) {
  return expect.poll(async () => (await queue.find(shopId, id))?.status, PATIENCE);
}

test('a job is accepted, run and found by its own shop, with one result and one event', async () => {
  const queue = await openQueue();
  const job = await storedJob(images);
  const { shopId } = job.principal;
  const accepted = await queue.accept(job);
  expect(accepted).toMatchObject({ status: 'queued', queue_position: 0, progress_percentage: 0 });
  expect(accepted.estimated_time_seconds).toBeGreaterThan(0);
  await outcomeOf(queue, shopId, accepted.job_id).toBe('completed');
  const found = await queue.find(shopId, accepted.job_id);
  expect(found).toMatchObject({
    progress_percentage: 100,
    result: { id: accepted.job_id, image: { sha256: job.sha256 } },
  });
  expect(await queue.find(randomUUID(), accepted.job_id)).toBeNull();
  expect(await queue.find(shopId, 'no-id')).toBeNull();
  const { rows } = await db.query('SELECT type FROM outbox WHERE key = $1', [shopId]);
  expect(rows).toEqual([{ type: 'ocr.completed' }]);
});

test('accepting an id again changes nothing, and another shop cannot have it', async () => {
  const queue = await openQueue({ concurrency: 0 });
  const job = { ...(await storedJob(images)), id: newJobId() };
  const first = await queue.accept(job);
  expect(await queue.accept(job)).toMatchObject({ job_id: job.id, status: 'queued' });
  const [a, b] = await Promise.all([queue.accept(job), queue.accept(job)]);
  expect([a.job_id, b.job_id]).toEqual([first.job_id, first.job_id]);
  const { rows } = await db.query(`SELECT id FROM pgboss.job WHERE id = $1`, [job.id]);
  expect(rows).toHaveLength(1);
  const other = { ...(await storedJob(images)), id: job.id };
  await expect(queue.accept(other)).rejects.toMatchObject({ code: 'CONFLICT' });
  await queue.cancel(job.principal.shopId, job.id);
});

test('a transaction of the caller that rolls back leaves no job', async () => {
  const queue = await openQueue({ concurrency: 0 });
  const job = { ...(await storedJob(images)), id: newJobId() };
  const failing = db.transaction(async (tx) => {
    await queue.accept(job, tx);
    throw new Error('the caller thought better of it');
  });
  await expect(failing).rejects.toThrow('thought better');
  expect(await queue.find(job.principal.shopId, job.id)).toBeNull();
  expect((await db.query('SELECT id FROM pgboss.job WHERE id = $1', [job.id])).rows).toEqual([]);
});

test('the higher priority goes first, and positions say so', async () => {
  const shop = { shopId: randomUUID(), userId: randomUUID() };
  const waiting = await openQueue({ concurrency: 0 });
  const accept = async (priority: 'low' | 'normal' | 'high') =>
    waiting.accept(await storedJob(images, { principal: shop, priority }));
  const low = await accept('low');
  const normal = await accept('normal');
  const high = await accept('high');
  expect([low, normal, high].map(({ queue_position }) => queue_position)).toEqual([0, 0, 0]);
  const positions = await Promise.all([low, normal, high].map(({ job_id }) => waiting.find(shop.shopId, job_id)));
  expect(positions.map((job) => job?.queue_position)).toEqual([2, 1, 0]);
  const order: string[] = [];
  const queue = await openQueue({
    concurrency: 1,
    process: (request) => {
      order.push(request.id!);
      return instantReading(request);
    },
  });
  await outcomeOf(queue, shop.shopId, low.job_id).toBe('completed');
  expect(order).toEqual([high, normal, low].map(({ job_id }) => job_id));
});

test('a full queue refuses more', async () => {
  const queue = await openQueue({ concurrency: 0, maxQueued: 1 });
  const job = await storedJob(images);
  const { job_id } = await queue.accept(job);
  await expect(queue.accept(await storedJob(images))).rejects.toMatchObject({ code: 'OVERLOADED' });
  await queue.cancel(job.principal.shopId, job_id);
});

test('a failure that may pass is tried again, and one that would repeat is not', async () => {
  const tries: string[] = [];
  const job = await storedJob(images);
  const broken = await storedJob(images);
  const queue = await openQueue({
    process: async (request) => {
      const isBroken = request.bytes.toString() === (await images.get(broken.imageKey))!.toString();
      tries.push(isBroken ? 'broken' : 'flaky');
      if (isBroken)
        throw new OcrError('LOW_QUALITY', { suggestion: 'Hold still.', details: { photo_faults: ['blurred'] } });
      if (tries.filter((name) => name === 'flaky').length < 2) throw new OcrError('MODEL_ERROR');
      return instantReading(request);
    },
  });
  const { job_id: flakyId } = await queue.accept(job);
  const { job_id: brokenId } = await queue.accept(broken);
  await outcomeOf(queue, broken.principal.shopId, brokenId).toBe('failed');
  expect(await queue.find(broken.principal.shopId, brokenId)).toMatchObject({
    error: { code: 'LOW_QUALITY', details: { suggestion: 'Hold still.', photo_faults: ['blurred'], retryable: false } },
  });
  await outcomeOf(queue, job.principal.shopId, flakyId).toBe('completed');
  expect(tries.filter((name) => name === 'broken')).toHaveLength(1);
  expect((await db.query('SELECT type FROM outbox WHERE key = $1', [job.principal.shopId])).rows).toEqual([
    { type: 'ocr.completed' },
  ]);
});

test('what its tries were used up on is a dead letter, and is driven again under its id', async () => {
  const limits = { maxQueued: 100, timeoutSeconds: 30, heartbeatSeconds: 10, retries: 0 };
  const queue = await openQueue({
    retries: 0,
    process: async () => {
      throw new OcrError('MODEL_ERROR');
    },
  });
  const job = await storedJob(images);
  const { job_id } = await queue.accept(job);
  await outcomeOf(queue, job.principal.shopId, job_id).toBe('failed');
  const dead = await queue.boss.dead<{ id: string }>(db, QUEUE.deadJobs);
  expect(dead.map(({ data }) => data.id)).toContain(job_id);
  expect((await queue.counts()).dead).toBeGreaterThan(0);
  await queue.stop();
  const mended = await openQueue();
  expect(await redriveJobs(db, mended.boss, limits, newJobId())).toEqual([]);
  expect(await redriveJobs(db, mended.boss, limits, job_id)).toEqual([job_id]);
  await outcomeOf(mended, job.principal.shopId, job_id).toBe('completed');
  expect(await mended.boss.dead(db, QUEUE.deadJobs)).toEqual([]);
});

test('a job that waits is cancelled at once, one that runs elsewhere is aborted, and what is over is a conflict', async () => {
  const aborted = Promise.withResolvers<unknown>();
  const begun = Promise.withResolvers<void>();
  const running = await openQueue({ concurrency: 1, process: (request) => untilAborted(request, begun, aborted) });
  const other = await openQueue({ concurrency: 0 });
  const job = await storedJob(images);
  const { shopId } = job.principal;
  const { job_id: first } = await other.accept(job);
  await begun.promise;
  const { job_id: second } = await other.accept(await storedJob(images, { principal: job.principal }));
  expect((await other.cancel(shopId, second)).status).toBe('cancelled');
  expect((await other.cancel(shopId, first)).status).toBe('cancelled');
  expect(String(await aborted.promise)).toContain('cancelled');
  expect((await other.cancel(shopId, first)).status).toBe('cancelled');
  await expect.poll(() => running.inWork, PATIENCE).toBe(0);
  expect((await running.find(shopId, first))?.status).toBe('cancelled');
  await expect(other.cancel(randomUUID(), first)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await running.stop();
  const quick = await openQueue();
  const { job_id: done } = await quick.accept(await storedJob(images, { principal: job.principal }));
  await outcomeOf(quick, shopId, done).toBe('completed');
  await expect(quick.cancel(shopId, done)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a job that was not begun in time fails with TIMEOUT', async () => {
  const queue = await openQueue({ concurrency: 0, expireSeconds: 0 });
  const job = await storedJob(images);
  const { job_id } = await queue.accept(job);
  await outcomeOf(queue, job.principal.shopId, job_id).toBe('failed');
  expect((await queue.find(job.principal.shopId, job_id))?.error?.code).toBe('TIMEOUT');
});

test('stopping lets a job end, or gives it back for another node', async () => {
  const begun = Promise.withResolvers<void>();
  const stopping = await openQueue({
    concurrency: 1,
    stopTimeoutMs: 50,
    process: (request) => untilAborted(request, begun, Promise.withResolvers()),
  });
  const job = await storedJob(images);
  const { job_id } = await stopping.accept(job);
  await begun.promise;
  await stopping.stop();
  const queue = await openQueue();
  await outcomeOf(queue, job.principal.shopId, job_id).toBe('completed');
});

test('a job whose node was killed comes back to another', { timeout: 60_000 }, async () => {
  const job = await storedJob(images);
  const killed = await openQueue({ concurrency: 0 });
  const { job_id } = await killed.accept(job);
  expect(await killed.boss.claim(db, QUEUE.jobs, 1)).toMatchObject([{ id: job_id }]);
  const errors: unknown[] = [];
  const queue = await openQueue({
    log: { warn: (fields) => errors.push(fields), error: (fields) => errors.push(fields) },
  });
  await expect
    .poll(async () => (await queue.find(job.principal.shopId, job_id))?.status, { timeout: 45_000, interval: 200 })
    .toBe('completed');
  expect(errors).toEqual([]);
});

test('watchers are told in the transaction of each change', async () => {
  const told: string[] = [];
  const queue = openTestQueue(db, { images });
  opened.push(queue);
  queue.watch({
    started: async (_, jobs) => void told.push(...jobs.map(({ receiptId }) => `started ${receiptId}`)),
    finished: async (_, { receiptId }, outcome: JobOutcome) => void told.push(`${outcome.status} ${receiptId}`),
  });
  await queue.start();
  const job = await storedJob(images, { receiptId: 'r1', jobType: 'receipt' });
  const { job_id } = await queue.accept(job);
  await outcomeOf(queue, job.principal.shopId, job_id).toBe('completed');
  expect(told).toEqual(['started r1', 'completed r1']);
});

test('work that outlives its request is adopted: it ends as a job, once', async () => {
  const queue = await openQueue();
  const job = { ...(await storedJob(images)), id: newJobId() };
  const { shopId } = job.principal;
  const adopted = await queue.adopt(job, () => {});
  expect(adopted?.accepted).toMatchObject({ job_id: job.id, status: 'processing' });
  expect(await queue.adopt(job, () => {})).toBeNull();
  expect((await queue.find(shopId, job.id))?.status).toBe('processing');
  const bytes = (await images.get(job.imageKey))!;
  const request = { id: job.id, bytes, options: job.options, signal: new AbortController().signal };
  const kept = await adopted!.complete(await instantReading(request), null);
  expect(kept?.id).toBe(job.id);
  expect((await queue.find(shopId, job.id))?.status).toBe('completed');
  expect(queue.inWork).toBe(0);
});

test('adopted work that fails for now is begun anew from the queue, and is aborted when it is cancelled', async () => {
  const queue = await openQueue();
  const job = { ...(await storedJob(images)), id: newJobId() };
  const adopted = await queue.adopt(job, () => {});
  await adopted!.fail(new OcrError('MODEL_ERROR'));
  await outcomeOf(queue, job.principal.shopId, job.id).toBe('completed');
  const other = { ...(await storedJob(images)), id: newJobId() };
  const aborted = Promise.withResolvers<Error>();
  const cancelled = await queue.adopt(other, aborted.resolve);
  await queue.cancel(other.principal.shopId, other.id);
  expect((await aborted.promise).message).toContain('cancelled');
  const bytes = (await images.get(other.imageKey))!;
  const request = { id: other.id, bytes, options: other.options, signal: new AbortController().signal };
  expect(await cancelled!.complete(await instantReading(request), null)).toBeNull();
  expect((await queue.find(other.principal.shopId, other.id))?.status).toBe('cancelled');
});

function untilAborted(
  { signal }: DocumentRequest,
  begun: PromiseWithResolvers<void>,
  aborted: PromiseWithResolvers<unknown>,
): Promise<never> {
  begun.resolve();
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      aborted.resolve(signal.reason);
      reject(signal.reason);
    });
  });
}

test('the oldest that waits is as old as its job, and nothing waits for no time', async () => {
  const idle = await openQueue({ concurrency: 0 });
  expect((await idle.counts()).oldestSeconds).toBe(0);
  const job = await storedJob(images);
  const { job_id } = await idle.accept(job);
  await expect.poll(async () => (await idle.counts()).oldestSeconds).toBeGreaterThan(0.2);
  expect((await idle.counts()).waiting).toBe(1);
  await idle.cancel(job.principal.shopId, job_id);
  expect(await idle.counts()).toMatchObject({ waiting: 0, oldestSeconds: 0 });
});
