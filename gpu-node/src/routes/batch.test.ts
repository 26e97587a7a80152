import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BATCH_MEDIA_TYPE, encodeBatch } from '@edge-ocr/shared/batch-body';
import type { AnswerKey } from '@edge-ocr/shared/cache/answer-key';
import { type BatchResult, batchResultSchema } from '@edge-ocr/shared/contract/jobs';
import type { InternalClaims } from '@edge-ocr/shared/internal';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { truncatedJpeg } from '../../../test/fixtures/bad-input.ts';
import { fixturePath } from '../../../test/fixtures/truth.ts';
import { Admission } from '../admission.ts';
import type { NodeDependencies } from '../app.ts';
import { parseConfig } from '../config.ts';
import { handleIdempotencyKeys } from '../idempotency/handle-keys.ts';
import { loadTestEngine } from '../inference/engine.fixture.ts';
import type { Engine } from '../inference/engine.ts';
import { createMetrics } from '../metrics.ts';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database } from '../persist/database.ts';
import { newJobId } from '../persist/job-id.ts';
import { findResult } from '../persist/results.ts';
import { renderError } from '../render-error.ts';
import { registerBatch } from './batch.ts';

let cluster: TestCluster;
let db: Database;
let engine: Engine;
let shopId: string;
let jobId: string | undefined;
let shared: AnswerKey[];
let receipts: Buffer[];
let broken: Uint8Array;

beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
  engine = await loadTestEngine();
  receipts = await Promise.all(
    ['receipt-1.jpg', 'receipt-2.jpg', 'receipt-3.jpg'].map((name) => readFile(fixturePath(name))),
  );
  broken = await truncatedJpeg();
});
afterAll(async () => {
  await engine?.close();
  await cluster?.stop();
});
beforeEach(() => {
  shopId = randomUUID();
  jobId = newJobId();
  shared = [];
});

function appOn(environment: Record<string, string> = {}, admission = { requests: 4, bytes: 1e8 }): FastifyInstance {
  const app = Fastify({ genReqId: () => 'request-1' });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.setErrorHandler(renderError);
  app.decorateRequest('claims', null);
  // The token itself is tested in internal-token.test.ts.
  app.addHook('preHandler', async (request) => {
    const body_sha256 = createHash('sha256')
      .update(request.body as Buffer)
      .digest('hex');
    const claims = { shop_id: shopId, sub: randomUUID(), scope: '', body_sha256, job_id: jobId };
    request.claims = claims as InternalClaims;
  });
  handleIdempotencyKeys(app, db, { keepSeconds: 60, lockMs: 60_000 });
  const config = parseConfig({ INTERNAL_SECRET: 'x'.repeat(32), ...environment });
  const dependencies = {
    ...{ config, database: db, engine, metrics: createMetrics(), admission: new Admission(admission) },
    sharing: { share: async (key: AnswerKey) => void shared.push(key) },
  };
  registerBatch(app, dependencies as unknown as NodeDependencies);
  return app;
}

async function post(images: readonly Uint8Array[], { app = appOn(), headers = {}, query = '?type=receipt' } = {}) {
  const response = await app.inject({
    method: 'POST',
    url: `/api/v1/ocr/batch${query}`,
    headers: { 'content-type': BATCH_MEDIA_TYPE, ...headers },
    payload: Buffer.from(encodeBatch(images)),
  });
  return { status: response.statusCode, headers: response.headers, ...response.json() };
}

async function batchOf(...args: Parameters<typeof post>): Promise<BatchResult> {
  const { status, data } = await post(...args);
  expect(status).toBe(200);
  return batchResultSchema.parse(data);
}

describe('a batch', () => {
  test('is read together: lines of several images share batches of the models', async () => {
    const together: number[] = [];
    const run = engine.stages.run.bind(engine.stages);
    const spy = vi.spyOn(engine.stages, 'run').mockImplementation(((name: string, work: { images?: object[] }) => {
      if (name === 'cutCrops') together.push(work.images!.length);
      return run(name as 'cutCrops', work as never);
    }) as typeof run);
    const { results } = await batchOf(receipts);
    spy.mockRestore();
    expect(results.every(({ success }) => success)).toBe(true);
    expect(Math.max(...together)).toBeGreaterThan(1);
  });

  test('gives each image its own outcome, in order, and keeps it as a result of its own', async () => {
    const { results, ...batch } = await batchOf([receipts[0]!, broken, new Uint8Array(0), receipts[1]!]);
    expect(batch).toMatchObject({ batch_id: jobId, total_images: 4, processed_images: 2 });
    expect(results.map(({ index, result, error }) => [index, result?.type ?? error?.code])).toEqual([
      [0, 'receipt'],
      [1, 'INVALID_IMAGE'],
      [2, 'INVALID_REQUEST'],
      [3, 'receipt'],
    ]);
    expect(results[3]?.result?.structured).toHaveProperty('total');
    expect(results[1]?.error?.details.request_id).toBe('request-1');
    for (const { result } of results) {
      if (result) expect((await findResult(db, shopId, result.id))?.text).toBe(result.text);
    }
    const rowsOf = async () =>
      (
        await db.query(
          `SELECT j.status, o.type FROM ocr_processing_jobs j JOIN outbox o ON o.payload ->> 'subject' = j.id::text
           WHERE j.shop_id = $1 AND j.job_type = 'batch' ORDER BY j.status`,
          [shopId],
        )
      ).rows;
    await expect.poll(rowsOf).toHaveLength(4);
    expect(await rowsOf()).toMatchObject([
      { status: 'completed', type: 'ocr.completed' },
      { status: 'completed', type: 'ocr.completed' },
      { status: 'failed', type: 'ocr.failed' },
      { status: 'failed', type: 'ocr.failed' },
    ]);
    expect(shared.map(({ sha256 }) => sha256).sort()).toEqual(
      results.flatMap(({ result }) => result?.image.sha256 ?? []).sort(),
    );
  });

  test('that is read again under its id keeps nothing twice', async () => {
    const first = await batchOf([receipts[0]!, receipts[1]!]);
    const second = await batchOf([receipts[0]!, receipts[1]!]);
    expect(second.results.map(({ result }) => result?.id)).toEqual(first.results.map(({ result }) => result?.id));
    const { rows } = await db.query(`SELECT 1 FROM ocr_processing_jobs WHERE shop_id = $1`, [shopId]);
    expect(rows).toHaveLength(2);
  });

  test('past its deadline tells what is done by then, and TIMEOUT of the rest', async () => {
    const headers = { 'x-deadline': String(Date.now() + 1), 'idempotency-key': randomUUID() };
    const { data, status } = await post([receipts[0]!, receipts[1]!], { headers });
    expect([status, data.processed_images]).toEqual([200, 0]);
    expect(data.results.map((outcome: BatchResult['results'][number]) => outcome.error?.code)).toEqual([
      'TIMEOUT',
      'TIMEOUT',
    ]);
    // Such an answer is not kept under the key: a repeat may do better.
    const later = { ...headers, 'x-deadline': String(Date.now() + 30_000) };
    const again = await post([receipts[0]!, receipts[1]!], { headers: later });
    expect([again.data.processed_images, again.headers['idempotency-replayed']]).toEqual([2, undefined]);
    const replayed = await post([receipts[0]!, receipts[1]!], { headers: later });
    expect([replayed.data, replayed.headers['idempotency-replayed']]).toEqual([again.data, 'true']);
    expect((await post([receipts[0]!], { headers: later })).error.code).toBe('CONFLICT');
  });
});

describe('is refused as a whole', () => {
  test('when it is malformed, or has too many images or none', async () => {
    const app = appOn();
    for (const images of [[], Array.from({ length: 11 }, () => Uint8Array.of(1))]) {
      expect((await post(images, { app })).error.code).toBe('INVALID_REQUEST');
    }
    expect((await post([receipts[0]!], { app, query: '?type=rubbish' })).error.code).toBe('INVALID_REQUEST');
    const half = await app.inject({ method: 'POST', url: '/api/v1/ocr/batch', payload: Buffer.of(0, 0, 0, 9, 1) });
    expect(half.json().error.code).toBe('INVALID_REQUEST');
  });

  test('when it is larger than allowed, or the node is full; one image that is larger fails alone', async () => {
    const small = appOn({ MAX_BATCH_BYTES: '1000' });
    expect((await post([receipts[0]!], { app: small })).status).toBe(413);
    const full = appOn({}, { requests: 0, bytes: 1e8 });
    expect((await post([receipts[0]!], { app: full })).error.code).toBe('OVERLOADED');
    const { results } = await batchOf([receipts[0]!], { app: appOn({ MAX_IMAGE_BYTES: '1000' }) });
    expect(results[0]?.error?.code).toBe('IMAGE_TOO_LARGE');
  });
});
