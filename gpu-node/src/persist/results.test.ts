import { createHash, randomUUID } from 'node:crypto';
import { ocrCompletedEventSchema, ocrFailedEventSchema } from '@edge-ocr/shared/contract/cloud-events';
import { OcrError } from '@edge-ocr/shared/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import type { Database } from './database.ts';
import { newJobId } from './job-id.ts';
import { ensurePartitions } from './partitions.ts';
import { exampleJob, exampleResult } from './result.fixture.ts';
import { findByHash, findResult, saveFailure, saveResult } from './results.ts';

let cluster: TestCluster;
let db: Database;
beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
  await ensurePartitions(db);
});
afterAll(() => cluster?.stop());

interface OutboxRow {
  event_id: string;
  topic: string;
  key: string;
  payload: unknown;
  headers: Record<string, string>;
  published_at: Date | null;
}
async function outboxOf(shopId: string): Promise<OutboxRow[]> {
  return (await db.query<OutboxRow>('SELECT * FROM outbox WHERE key = $1 ORDER BY id', [shopId])).rows;
}

test('a result is stored with its event, and only its own shop finds it', async () => {
  const job = exampleJob();
  const { shopId, userId } = job.principal;
  expect(await saveResult(db, { ...job, result: { ...job.result, cache: 'hit' } })).toEqual(job.result);
  expect(await findResult(db, shopId, job.result.id)).toEqual(job.result);
  expect(await findResult(db, randomUUID(), job.result.id)).toBeNull();
  expect(await findResult(db, shopId, newJobId())).toBeNull();
  expect(await findResult(db, shopId, randomUUID())).toBeNull();
  expect(await findResult(db, shopId, 'no-uuid')).toBeNull();

  const [event, ...others] = await outboxOf(shopId);
  expect(others).toEqual([]);
  expect(event).toMatchObject({ topic: 'ocr.completed', published_at: null });
  expect(event?.headers).toEqual({ request_id: 'request-1', traceparent: job.traceparent });
  const payload = ocrCompletedEventSchema.parse(event?.payload);
  expect(payload).toMatchObject({ id: event?.event_id, shopid: shopId, subject: job.result.id });
  expect(payload.data).toEqual({ job_id: job.result.id, shop_id: shopId, result: job.result });

  const { rows } = await db.query('SELECT * FROM ocr_processing_jobs WHERE id = $1', [job.result.id]);
  expect(rows[0]).toMatchObject({
    shop_id: shopId,
    user_id: userId,
    status: 'completed',
    job_type: 'single',
    image_url: `shop/${shopId}/${job.result.image.sha256}`,
    sha256: job.result.image.sha256,
    options: 'receipt:0.8000:codes:en',
    extracted_text: job.result.text,
    confidence_score: '0.9877',
    structured_data: job.result.structured,
    processing_time_ms: 812,
    queue_wait_time_ms: 12,
    model_version: 'test-1',
  });
});

test('the same bytes name the shop’s first result, another shop’s never', async () => {
  const first = exampleJob();
  const { image } = first.result;
  const { shopId } = first.principal;
  await saveResult(db, first);
  const second = await saveResult(db, exampleJob(exampleResult({ image, type: 'product' }), shopId));
  const third = await saveResult(db, exampleJob(exampleResult({ image, type: 'invoice' }), shopId));
  const elsewhere = await saveResult(db, exampleJob(exampleResult({ image })));
  expect(second.duplicate_of).toBe(first.result.id);
  expect(third.duplicate_of).toBe(first.result.id);
  expect(elsewhere.duplicate_of).toBeNull();
  expect(await findResult(db, shopId, second.id)).toEqual(second);
  const events = await outboxOf(shopId);
  expect(events.map(({ payload }) => ocrCompletedEventSchema.parse(payload).data.result?.duplicate_of)).toEqual([
    null,
    first.result.id,
    first.result.id,
  ]);
});

test('a hash finds what a reading now would repeat, in its own shop', async () => {
  const job = exampleJob();
  const { principal, options, result } = job;
  const { sha256 } = result.image;
  const models = { sha256, options, modelVersion: result.model_version };
  const find = (asked: Partial<typeof models>, shopId = principal.shopId) =>
    findByHash(db, shopId, { ...models, ...asked });
  expect(await find({})).toBeNull();
  await saveResult(db, job);
  expect(await find({})).toEqual(result);
  expect(await find({ options: { ...options, language: 'en,en' } })).toEqual(result);
  expect(await find({}, randomUUID())).toBeNull();
  expect(await find({ sha256: 'ab'.repeat(32) })).toBeNull();
  expect(await find({ options: { ...options, type: 'invoice' } })).toBeNull();
  expect(await find({ options: { ...options, confidence_threshold: 0.79 } })).toBeNull();
  expect(await find({ modelVersion: 'test-2' })).toBeNull();
  const later = await saveResult(
    db,
    exampleJob(exampleResult({ image: result.image, text: 'later' }), principal.shopId),
  );
  expect((await find({}))?.id).toBe(later.id);
});

test('saving again changes nothing and tells nobody twice', async () => {
  const job = exampleJob();
  await saveResult(db, job);
  const again = await saveResult(db, { ...job, result: { ...job.result, text: 'something else' } });
  expect(again).toEqual(job.result);
  expect(await outboxOf(job.principal.shopId)).toHaveLength(1);
  const thief = exampleJob(job.result);
  await expect(saveResult(db, thief)).rejects.toThrow(/another shop/);
  expect(await outboxOf(thief.principal.shopId)).toEqual([]);
});

test('a failure is stored with its log entry and event, and a later success replaces it', async () => {
  const result = exampleResult();
  const job = exampleJob(result);
  const { shopId } = job.principal;
  const error = new OcrError('LOW_QUALITY', { message: 'too dark\0', cause: new TypeError('inner') });
  const bytes = new Uint8Array([0xff, 0xd8, 0xff, ...Array(20).fill(0)]);
  const failure = { ...job, id: result.id, error, bytes, step: 'quality', ipAddress: '192.0.2.7' };
  expect(await saveFailure(db, failure)).toBe(true);
  expect(await saveFailure(db, failure)).toBe(false);
  expect(await findResult(db, shopId, result.id)).toBeNull();

  const { rows: logs } = await db.query('SELECT * FROM ocr_error_logs WHERE job_id = $1', [result.id]);
  expect(logs).toHaveLength(1);
  expect(logs[0]).toMatchObject({
    error_type: 'TypeError',
    error_code: 'LOW_QUALITY',
    error_message: 'too dark\uFFFD',
    stack_trace: expect.stringContaining('inner'),
    processing_step: 'quality',
    shop_id: shopId,
  });
  const { rows: jobs } = await db.query('SELECT * FROM ocr_processing_jobs WHERE id = $1', [result.id]);
  expect(jobs[0]).toMatchObject({
    status: 'failed',
    error_code: 'LOW_QUALITY',
    image_format: 'jpeg',
    image_size_bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  const [event] = await outboxOf(shopId);
  expect(ocrFailedEventSchema.parse(event?.payload).data).toEqual({
    job_id: result.id,
    shop_id: shopId,
    error: { code: 'LOW_QUALITY', message: 'too dark\uFFFD', retryable: false },
  });

  await saveResult(db, job);
  expect(await findResult(db, shopId, result.id)).toEqual(result);
  expect(await saveFailure(db, failure)).toBe(false);
  expect((await outboxOf(shopId)).map(({ topic }) => topic)).toEqual(['ocr.failed', 'ocr.completed']);
});

test('when the event cannot be written, neither is the row', async () => {
  const broken = await cluster.openMigrated();
  await broken.query('ALTER TABLE outbox ADD CONSTRAINT nothing CHECK (topic IS NULL)');
  const job = exampleJob();
  await expect(saveResult(broken, job)).rejects.toMatchObject({ code: '23514' });
  const failure = { ...job, id: job.result.id, error: new OcrError('TIMEOUT'), bytes: new Uint8Array(1) };
  await expect(saveFailure(broken, failure)).rejects.toMatchObject({ code: '23514' });
  const counts = `SELECT (SELECT count(*) FROM ocr_processing_jobs)::int AS jobs, (SELECT count(*) FROM outbox)::int AS events,
    (SELECT count(*) FROM ocr_error_logs)::int AS logs`;
  expect((await broken.query(counts)).rows).toEqual([{ jobs: 0, events: 0, logs: 0 }]);
});

test('bytes that PostgreSQL cannot hold are replaced, not refused', async () => {
  const job = exampleJob(exampleResult({ text: 'a\0b \ud800 c \\u0000 \u{1f9fe}', warnings: ['\0'] }));
  const saved = await saveResult(db, job);
  expect(saved.text).toBe('a\uFFFDb \uFFFD c \\u0000 \u{1f9fe}');
  expect(await findResult(db, job.principal.shopId, saved.id)).toEqual(saved);
});

test('an id whose time is unknown is refused', async () => {
  await expect(saveResult(db, exampleJob(exampleResult({ id: randomUUID(), created_at: '' })))).rejects.toThrow(
    /UUIDv7/,
  );
});
