import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, OcrError } from '@edge-ocr/shared/errors';
import type { InternalClaims } from '@edge-ocr/shared/internal';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database, Queryable } from '../persist/database.ts';
import { claimKey, sweepKeys } from '../persist/idempotency-keys.ts';
import { newJobId } from '../persist/job-id.ts';
import { renderError } from '../render-error.ts';
import { forgetAnswer, handleIdempotencyKeys } from './handle-keys.ts';

const TIMES = { keepSeconds: 3600, lockMs: 60_000 };
let cluster: TestCluster;
let db: Database;
let shopId: string;
let key: string;
/** What the route does, and the ids under which it was asked to keep its result. */
let work: (call: number) => unknown;
let ids: (string | undefined)[];

beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
});
afterAll(() => cluster?.stop());
beforeEach(() => {
  shopId = randomUUID();
  key = randomUUID();
  ids = [];
  work = (call) => ({ success: true, data: { call, z: 1, a: 2 } });
});

/** The token itself is tested in internal-token.test.ts. */
function appOn(queryable: Queryable, times = TIMES): FastifyInstance {
  const app = Fastify({ genReqId: () => 'request-1' });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.setErrorHandler(renderError);
  app.decorateRequest('claims', null);
  app.addHook('preHandler', async (request) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    request.claims = {
      shop_id: String(request.headers['x-shop'] ?? shopId),
      sub: randomUUID(),
      scope: '',
      body_sha256: createHash('sha256').update(body).digest('hex'),
      job_id: request.headers['x-job'],
    } as InternalClaims;
  });
  handleIdempotencyKeys(app, queryable, times);
  app.post('/work', async (request, reply) => {
    ids.push(request.claims?.job_id);
    return reply.header('x-model-version', 'models-1').send(await work(ids.length));
  });
  app.post('/forget', async (request) => {
    ids.push(request.claims?.job_id);
    await forgetAnswer(request, db);
    return { success: true };
  });
  app.get('/work', async () => ({ success: true, data: 'read' }));
  return app;
}

interface Post {
  readonly app?: FastifyInstance;
  readonly url?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

async function post({ app = appOn(db), url = '/work', body = 'image', headers = {} }: Post = {}) {
  const sent = { 'idempotency-key': key, 'content-type': 'image/jpeg', ...headers };
  const response = await app.inject({ method: 'POST', url, payload: body, headers: sent });
  return {
    status: response.statusCode,
    text: response.body,
    headers: response.headers,
    code: response.json().error?.code as ErrorCode | undefined,
  };
}

describe('a repeat under the same key', () => {
  test('gets the first answer to the letter, and is not processed', async () => {
    const [first, second] = [await post(), await post()];
    expect(second.text).toBe(first.text);
    expect([second.status, second.headers['content-type'], second.headers['x-model-version']]).toEqual([
      200,
      first.headers['content-type'],
      'models-1',
    ]);
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(ids).toHaveLength(1);
  });

  test('gets the first error too, when it would be the same', async () => {
    work = () => Promise.reject(new OcrError('INVALID_IMAGE'));
    const [first, second] = [await post(), await post()];
    expect([first.code, second.text]).toEqual(['INVALID_IMAGE', first.text]);
    expect(ids).toHaveLength(1);
  });

  test.each(['TIMEOUT', 'OVERLOADED', 'MODEL_ERROR', 'INTERNAL', 'RATE_LIMITED', 'CONFLICT'] as const)(
    'is processed after %s',
    async (code) => {
      work = (call) => (call === 1 ? Promise.reject(new OcrError(code)) : { success: true });
      expect((await post()).code).toBe(code);
      const second = await post();
      expect([second.status, second.headers['idempotency-replayed']]).toEqual([200, undefined]);
    },
  );

  test('is processed after an answer that is to be forgotten', async () => {
    await post({ url: '/forget' });
    await post({ url: '/forget' });
    expect(ids).toHaveLength(2);
  });

  test('is another shop’s own, and a request without a key nobody’s', async () => {
    await post();
    const stranger = await post({ headers: { 'x-shop': randomUUID() } });
    expect([stranger.status, stranger.headers['idempotency-replayed']]).toEqual([200, undefined]);
    const app = appOn(db);
    for (let i = 0; i < 2; i++) await app.inject({ method: 'POST', url: '/work', payload: 'image' });
    expect(ids).toHaveLength(4);
  });
});

describe('CONFLICT', () => {
  test('is what another body, path or option gets', async () => {
    await post();
    for (const other of [{ body: 'another' }, { url: '/work?type=receipt' }, { url: '/forget' }]) {
      const answer = await post(other);
      expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([409, 'CONFLICT', undefined]);
    }
    expect(ids).toHaveLength(1);
  });

  test('is what all but one get of 20 at the same time, with Retry-After; later they get its answer', async () => {
    const { promise: done, resolve } = Promise.withResolvers<void>();
    work = () => done.then(() => ({ success: true }));
    const app = appOn(db);
    let answered = 0;
    const all = Array.from({ length: 20 }, () => post({ app }).finally(() => answered++));
    while (answered < 19) await sleep(5);
    resolve();
    const byStatus = Object.groupBy(await Promise.all(all), ({ status }) => status);
    expect([byStatus[200]?.length, byStatus[409]?.length]).toEqual([1, 19]);
    for (const { code, headers } of byStatus[409]!) expect([code, headers['retry-after']]).toEqual(['CONFLICT', '1']);
    expect((await post({ app })).headers['idempotency-replayed']).toBe('true');
    expect(ids).toHaveLength(1);
  });
});

describe('a node that died while it had the key', () => {
  const claimLike = async (times: typeof TIMES, body = 'image') => {
    const bodySha256 = createHash('sha256').update(body).digest('hex');
    const { requestHash } = await import('./request-hash.ts');
    const request = { shopId, key, requestHash: requestHash({ method: 'POST', target: '/work', bodySha256 }) };
    const jobId = newJobId();
    expect((await claimKey(db, { ...request, jobId }, times)).kind).toBe('held');
    return jobId;
  };

  test('frees it after the bound, for the same request and under the same id', async () => {
    const jobId = await claimLike({ ...TIMES, lockMs: 300 });
    expect((await post()).code).toBe('CONFLICT');
    await sleep(350);
    expect((await post({ body: 'another' })).code).toBe('CONFLICT');
    expect((await post()).status).toBe(200);
    expect(ids).toEqual([jobId]);
  });

  test('gives it at once to the edge’s second attempt at another node', async () => {
    const jobId = await claimLike(TIMES);
    expect((await post({ headers: { 'x-job': newJobId() } })).code).toBe('CONFLICT');
    expect((await post({ headers: { 'x-job': jobId } })).status).toBe(200);
    expect(ids).toEqual([jobId]);
  });
});

test('the attempt that lost its key keeps nothing and frees nothing', async () => {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  work = (call) =>
    call === 1 ? done.then(() => Promise.reject(new OcrError('TIMEOUT'))) : { success: true, data: call };
  const headers = { 'x-job': newJobId() };
  const app = appOn(db);
  const first = post({ app, headers });
  while (ids.length === 0) await sleep(5);
  const second = await post({ app, headers });
  resolve();
  expect((await first).code).toBe('TIMEOUT');
  expect((await post({ app })).text).toBe(second.text);
  expect(ids).toHaveLength(2);
});

test('after its time the key is free for anything, and swept', async () => {
  await claimKey(
    db,
    { shopId, key, requestHash: 'ab'.repeat(32), jobId: newJobId() },
    { keepSeconds: 0.05, lockMs: 50 },
  );
  await sleep(80);
  expect((await post()).status).toBe(200);
  const other = randomUUID();
  await claimKey(
    db,
    { shopId, key: other, requestHash: 'ab'.repeat(32), jobId: newJobId() },
    { keepSeconds: 0, lockMs: 1 },
  );
  expect(await sweepKeys(db)).toBeGreaterThanOrEqual(1);
  const { rows } = await db.query('SELECT key FROM idempotency_keys WHERE shop_id = $1', [shopId]);
  expect(rows).toEqual([{ key }]);
});

test('a key of another form is INVALID_REQUEST, and GET has none', async () => {
  for (const bad of ['two words', 'x'.repeat(256), '']) {
    key = bad;
    expect((await post()).code).toBe('INVALID_REQUEST');
  }
  const headers = { 'idempotency-key': 'not looked at' };
  expect((await appOn(db).inject({ url: '/work', headers })).statusCode).toBe(200);
  expect(ids).toHaveLength(0);
});

test('an answer goes out when it cannot be kept', async () => {
  const failing: Queryable = {
    query: (statement, values) =>
      JSON.stringify(statement).includes('UPDATE idempotency_keys\\n')
        ? Promise.reject(new Error('away'))
        : db.query(statement, values),
  };
  expect((await post({ app: appOn(failing) })).status).toBe(200);
  expect((await post()).code).toBe('CONFLICT');
});
