import { createHash, randomUUID } from 'node:crypto';
import { type Receipt, receiptSchema, receiptsPageSchema } from '@edge-ocr/shared/contract/receipts';
import { OcrError } from '@edge-ocr/shared/errors';
import type { InternalClaims } from '@edge-ocr/shared/internal';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageStore } from '../images/image-store.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { JobQueueOptions } from '../jobs/open-job-queue.ts';
import { instantReading, memoryStore, openTestQueue } from '../jobs/queue.fixture.ts';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database } from '../persist/database.ts';
import { newJobId } from '../persist/job-id.ts';
import { receiptsWatcher } from '../receipts/follow-jobs.ts';
import { renderError } from '../render-error.ts';
import { registerReceipts } from './receipts.ts';

let cluster: TestCluster;
let db: Database;
let images: ImageStore;
let shopId: string;
let app: FastifyInstance;
let idle: JobQueue;
const opened: JobQueue[] = [];

beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
  shopId = randomUUID();
  images = memoryStore();
  // Takes jobs in, and does none: who works is up to each test.
  idle = await openQueue({ concurrency: 0 });
  app = appOn(idle);
});
afterEach(() => Promise.all(opened.splice(0).map((queue) => queue.stop())));

/** A node's queue. */
async function openQueue(overrides: Partial<JobQueueOptions> = {}): Promise<JobQueue> {
  const queue = openTestQueue(db, { images, ...overrides });
  queue.watch(receiptsWatcher);
  opened.push(queue);
  await queue.start();
  return queue;
}

function appOn(jobs: JobQueue, config = { PROCESSING_TIMEOUT_MS: 30_000, RECEIPTS_PROCESS_ALL_MAX: 120 }) {
  const made = Fastify({ genReqId: () => 'request-1' });
  made.removeAllContentTypeParsers();
  made.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  made.setErrorHandler(renderError);
  made.decorateRequest('claims', null);
  // The token itself is tested in internal-token.test.ts.
  made.addHook('preHandler', async (request) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const body_sha256 = createHash('sha256').update(body).digest('hex');
    const shop = String(request.headers['x-shop'] ?? shopId);
    request.claims = { shop_id: shop, sub: randomUUID(), scope: '', body_sha256 } as InternalClaims;
  });
  registerReceipts(made, { config, database: db, images, jobs });
  return made;
}

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects.
  readonly data: any;
  readonly error: { code: string; details: Record<string, unknown> };
}

async function ask(method: 'GET' | 'POST', path: string, payload?: Buffer, shop = shopId, on = app): Promise<Answer> {
  const headers = { 'content-type': 'image/jpeg', 'x-shop': shop };
  const response = await on.inject({ method, url: `/api/v1/receipts${path}`, headers, ...(payload && { payload }) });
  return { status: response.statusCode, ...response.json() };
}

const photo = () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(randomUUID())]);

async function upload(count: number, shop = shopId): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for (let i = 0; i < count; i++) receipts.push((await ask('POST', '', photo(), shop)).data);
  return receipts;
}

const receiptOf = async (id: string): Promise<Receipt> => receiptSchema.parse((await ask('GET', `/${id}`)).data);
const statusOf = (id: string) => expect.poll(async () => (await receiptOf(id)).ocr_status, { timeout: 15_000 });
const countsOf = async () => (await ask('GET', '/ocr/queue-status')).data;
const settled = () =>
  expect.poll(async () => (await countsOf()).pending + (await countsOf()).processing, { timeout: 15_000 }).toBe(0);

describe('a new receipt', () => {
  test('is pending, and its image is stored before it is promised', async () => {
    const image = photo();
    const { status, data } = await ask('POST', '?purchase_date=2026-11-20', image);
    expect(status).toBe(201);
    expect(receiptSchema.parse(data)).toMatchObject({
      ...{ ocr_status: 'pending', purchase_date: '2026-11-20', job_id: null, attempts: 0 },
      image_sha256: createHash('sha256').update(image).digest('hex'),
    });
    expect(await images.get(`shop/${shopId}/${data.image_sha256}`)).toEqual(image);
    expect(await receiptOf(data.id)).toEqual(data);
  });

  test('is not taken when its image cannot be stored', async () => {
    vi.spyOn(images, 'put').mockRejectedValue(new OcrError('NETWORK_ERROR'));
    expect((await ask('POST', '', photo())).error.code).toBe('NETWORK_ERROR');
    expect((await countsOf()).total_tracked).toBe(0);
  });

  test('of an image that the shop has is that receipt, also of ten at once', async () => {
    const image = photo();
    const all = await Promise.all(Array.from({ length: 10 }, () => ask('POST', '', image)));
    expect(all.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(all.map(({ data }) => data.id)).size).toBe(1);
    const dated = await ask('POST', '?purchase_date=2026-11-20', image);
    expect([dated.status, dated.data.purchase_date]).toEqual([200, '2026-11-20']);
    expect((await ask('POST', '?purchase_date=2025-01-01', image)).data.purchase_date).toBe('2026-11-20');
    const stranger = await ask('POST', '', image, randomUUID());
    expect([stranger.status, stranger.data.id === dated.data.id]).toEqual([201, false]);
  });

  test.each([
    ['no body', '', Buffer.alloc(0), 'INVALID_REQUEST'],
    ['no image', '', Buffer.from('only some text here'), 'UNSUPPORTED_TYPE'],
    ['no date', '?purchase_date=yesterday', photo(), 'INVALID_REQUEST'],
    ['an unknown option', '?type=invoice', photo(), 'INVALID_REQUEST'],
  ])('with %s is refused', async (_, query, body, code) => {
    expect((await ask('POST', query, body)).error.code).toBe(code);
    expect((await countsOf()).total_tracked).toBe(0);
  });
});

describe('process-all', () => {
  test('queues what is pending, the oldest first and no more than asked, and each once', async () => {
    const receipts = await upload(5);
    const strangers = randomUUID();
    await upload(1, strangers);
    const first = await ask('POST', '/ocr/process-all?limit=2');
    expect([first.status, first.data]).toEqual([
      202,
      { status: 'queued', message: 'OCR processing queued for 2 receipts', queued: 2, limit: 2 },
    ]);
    const queued = async () => (await Promise.all(receipts.map(({ id }) => receiptOf(id)))).map(({ job_id }) => job_id);
    expect((await queued()).map((job) => job !== null)).toEqual([true, true, false, false, false]);
    const both = await Promise.all([ask('POST', '/ocr/process-all'), ask('POST', '/ocr/process-all')]);
    expect(both[0].data.queued + both[1].data.queued).toBe(3);
    expect(new Set(await queued()).size).toBe(5);
    expect((await ask('POST', '/ocr/process-all')).data).toMatchObject({ queued: 0, limit: null });
    expect(await countsOf()).toEqual({ total_tracked: 5, pending: 5, processing: 0, completed: 0, failed: 0 });
  });

  test('takes several chunks, and no more than is configured', async () => {
    await db.query(
      `INSERT INTO receipts (id, shop_id, user_id, image_sha256, image_url, image_format)
       SELECT gen_random_uuid(), $1, $1, encode(sha256(i::text::bytea), 'hex'), '', 'jpeg' FROM generate_series(1, 130) i`,
      [shopId],
    );
    expect((await ask('POST', '/ocr/process-all?limit=1000')).data).toMatchObject({ queued: 120, limit: 1000 });
    expect((await ask('POST', '/ocr/process-all')).data.queued).toBe(10);
  });

  test('of a full queue queues nothing by halves', async () => {
    const jobs = await openQueue({ concurrency: 0, maxQueued: 0 });
    const receipts = await upload(3);
    const { error } = await ask('POST', '/ocr/process-all', undefined, shopId, appOn(jobs));
    expect(error.code).toBe('OVERLOADED');
    expect(await Promise.all(receipts.map(({ id }) => receiptOf(id)))).toEqual(receipts);
  });
});

describe('a receipt', () => {
  test('is read by whichever node works, also after those that queued it are gone', async () => {
    const receipts = await upload(12);
    await ask('POST', '/ocr/process-all');
    await idle.stop();
    await Promise.all([openQueue({ concurrency: 2 }), openQueue({ concurrency: 2 })]);
    await settled();
    expect(await countsOf()).toEqual({ total_tracked: 12, pending: 0, processing: 0, completed: 12, failed: 0 });
    const { job_id, result, attempts } = await receiptOf(receipts[0]!.id);
    expect([attempts, result?.id, result?.type]).toEqual([1, job_id, 'receipt']);
    expect(result?.image.sha256).toBe(receipts[0]?.image_sha256);
    const { rows } = await db.query(
      `SELECT count(*)::int AS jobs, count(DISTINCT sha256)::int AS images FROM ocr_processing_jobs
       WHERE shop_id = $1 AND job_type = 'receipt' AND status = 'completed'`,
      [shopId],
    );
    expect(rows).toEqual([{ jobs: 12, images: 12 }]);
  });

  test('is processing while it is read; then retry and process-all leave it alone', async () => {
    const { promise: mayEnd, resolve } = Promise.withResolvers<void>();
    await openQueue({ process: (request) => mayEnd.then(() => instantReading(request)) });
    const [receipt] = await upload(1);
    expect((await ask('POST', `/${receipt!.id}/ocr/retry`)).status).toBe(202);
    await statusOf(receipt!.id).toBe('processing');
    const { status, error } = await ask('POST', `/${receipt!.id}/ocr/retry`);
    expect([status, error.details.ocr_status]).toEqual([409, 'processing']);
    expect((await ask('POST', '/ocr/process-all')).data.queued).toBe(0);
    resolve();
    await statusOf(receipt!.id).toBe('completed');
  });

  test('that waits in the queue is CONFLICT to retry', async () => {
    const [receipt] = await upload(1);
    expect((await ask('POST', `/${receipt!.id}/ocr/retry`)).data).toMatchObject({ ocr_status: 'pending', attempts: 1 });
    expect((await ask('POST', `/${receipt!.id}/ocr/retry`)).error.code).toBe('CONFLICT');
  });

  test('that failed says why, and is read again when asked; so is a completed one', async () => {
    let fails = true;
    const process: JobQueueOptions['process'] = (request) =>
      fails ? Promise.reject(new OcrError('LOW_QUALITY', { details: { faults: ['dark'] } })) : instantReading(request);
    const [receipt] = await upload(1);
    const { id } = receipt!;
    await ask('POST', '/ocr/process-all');
    await openQueue({ process });
    await statusOf(id).toBe('failed');
    const failed = await receiptOf(id);
    expect(failed.error).toMatchObject({ code: 'LOW_QUALITY', details: { faults: ['dark'], request_id: 'request-1' } });
    expect((await ask('POST', '/ocr/process-all')).data.queued).toBe(0);
    fails = false;
    expect((await ask('POST', `/${id}/ocr/retry`)).data).not.toHaveProperty('error');
    await statusOf(id).toBe('completed');
    const first = await receiptOf(id);
    await ask('POST', `/${id}/ocr/retry`);
    await expect.poll(async () => (await receiptOf(id)).result?.id, { timeout: 15_000 }).not.toBe(first.result?.id);
    await statusOf(id).toBe('completed');
    expect(await receiptOf(id)).toMatchObject({ attempts: 3, result: { duplicate_of: first.result?.id } });
  });

  test('whose job is cancelled waits for the next process-all', async () => {
    const [receipt] = await upload(1);
    const { job_id } = (await ask('POST', `/${receipt!.id}/ocr/retry`)).data;
    await idle.cancel(shopId, job_id);
    expect(await receiptOf(receipt!.id)).toMatchObject({ ocr_status: 'pending', job_id: null });
    expect((await ask('POST', '/ocr/process-all')).data.queued).toBe(1);
  });

  test('does not follow a job that is no longer its own, nor one of another shop', async () => {
    const [receipt] = await upload(1);
    const { id, data } = { id: receipt!.id, data: (await ask('POST', `/${receipt!.id}/ocr/retry`)).data };
    const job = { userId: randomUUID(), jobType: 'receipt', receiptId: id, sha256: receipt!.image_sha256 } as const;
    const failed = { status: 'failed', error: new OcrError('TIMEOUT') } as const;
    await receiptsWatcher.finished(db, { ...job, id: newJobId(), shopId }, failed);
    await receiptsWatcher.started(db, [{ ...job, id: data.job_id, shopId: randomUUID() }]);
    await receiptsWatcher.finished(db, { ...job, id: data.job_id, shopId: randomUUID() }, failed);
    expect(await receiptOf(id)).toEqual(data);
  });

  test('of another shop, or of no shop, is NOT_FOUND everywhere', async () => {
    const [receipt] = await upload(1);
    const stranger = randomUUID();
    for (const id of [receipt!.id, randomUUID(), newJobId(), '17']) {
      expect((await ask('GET', `/${id}`, undefined, stranger)).status).toBe(404);
      expect((await ask('POST', `/${id}/ocr/retry`, undefined, stranger)).status).toBe(404);
    }
    expect((await ask('GET', `/ocr/queue-status?receipt_id=${receipt!.id}`, undefined, stranger)).status).toBe(404);
    expect((await ask('GET', '', undefined, stranger)).data.receipts).toEqual([]);
  });
});

describe('the list', () => {
  test('has the newest first, page after page, each once, with results', async () => {
    const receipts = await upload(5);
    const [oldest] = receipts;
    await openQueue();
    await ask('POST', `/${oldest!.id}/ocr/retry`);
    await statusOf(oldest!.id).toBe('completed');
    const seen: Receipt[] = [];
    for (let cursor = ''; cursor !== 'end'; ) {
      const page = receiptsPageSchema.parse((await ask('GET', `?limit=2${cursor && `&cursor=${cursor}`}`)).data);
      seen.push(...page.receipts);
      cursor = page.next_cursor ?? 'end';
    }
    expect(seen.map(({ id }) => id)).toEqual(receipts.map(({ id }) => id).reverse());
    expect(seen.at(-1)).toEqual(await receiptOf(oldest!.id));
    expect(seen.at(-1)?.result).toBeDefined();
    const idsOf = async (status: string) =>
      (await ask('GET', `?status=${status}`)).data.receipts.map(({ id }: Receipt) => id);
    expect(await idsOf('completed')).toEqual([oldest!.id]);
    expect(await idsOf('pending')).toHaveLength(4);
  });

  test.each(['?cursor=nonsense', '?status=lost', '?limit=1000', '?shop=x'])('%s is INVALID_REQUEST', async (query) => {
    expect((await ask('GET', query)).error.code).toBe('INVALID_REQUEST');
  });
});

test('queue-status tells of one receipt', async () => {
  const [receipt] = await upload(1);
  expect((await ask('GET', `/ocr/queue-status?receipt_id=${receipt!.id}`)).data).toEqual({
    receipt_id: receipt!.id,
    status: 'pending',
  });
});
