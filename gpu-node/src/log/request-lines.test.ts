import { createHash, randomUUID } from 'node:crypto';
import { INTERNAL_TOKEN_AUDIENCE, INTERNAL_TOKEN_ISSUER } from '@edge-ocr/shared/internal';
import type { FastifyInstance } from 'fastify';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writtenPage } from '../../../test/fixtures/written.ts';
import { Admission } from '../admission.ts';
import { createApp, type NodeDependencies } from '../app.ts';
import { parseConfig } from '../config.ts';
import { loadTestEngine } from '../inference/engine.fixture.ts';
import type { Engine } from '../inference/engine.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { memoryStore, openTestQueue, storedJob } from '../jobs/queue.fixture.ts';
import { createMetrics } from '../metrics.ts';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database } from '../persist/database.ts';
import { newJobId } from '../persist/job-id.ts';
import { ensurePartitions } from '../persist/partitions.ts';
import { createLogger } from './create-logger.ts';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const WORD = 'PERIWINKLE';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const shopId = randomUUID();
const userId = randomUUID();

let cluster: TestCluster;
let database: Database;
let engine: Engine;
let app: FastifyInstance;
let queue: JobQueue;
let page: Buffer;
const lines: string[] = [];
const tokens: string[] = [];
const images = memoryStore();
beforeAll(async () => {
  cluster = await startTestCluster();
  database = await cluster.openMigrated();
  await ensurePartitions(database);
  engine = await loadTestEngine();
  page = await writtenPage([`${WORD} STORES`, 'TOTAL 12.50']);
  const logger = createLogger('trace', { write: (line: string) => void lines.push(line) });
  queue = openTestQueue(database, { images, log: logger });
  const dependencies: NodeDependencies = {
    config: parseConfig({ INTERNAL_SECRET: SECRET }),
    ...{ database, engine, images, jobs: queue },
    metrics: createMetrics(),
    admission: new Admission({ requests: 4, bytes: 1e8 }),
    acceptance: new Admission({ requests: 4, bytes: 1e8 }),
    sharing: { share: async () => {} },
    // Nobody listens here.
    events: {} as NodeDependencies['events'],
  };
  app = createApp(dependencies, logger);
});
afterAll(async () => {
  await queue?.stop();
  await app?.close();
  await engine?.close();
  await cluster?.stop();
});

interface Sent {
  readonly payload?: Buffer;
  readonly jobId?: string;
  /** In the place of the right one. */
  readonly token?: string;
}

async function send(method: 'GET' | 'POST', url: string, { payload, jobId, token }: Sent = {}) {
  const body = payload ?? Buffer.alloc(0);
  const claims = {
    ...{ sub: userId, shop_id: shopId, scope: 'ocr:read ocr:write', request_id: 'request-1', method, target: url },
    body_sha256: createHash('sha256').update(body).digest('hex'),
    ...(jobId && { job_id: jobId }),
  };
  const signed = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('30s')
    .setIssuer(INTERNAL_TOKEN_ISSUER)
    .setAudience(INTERNAL_TOKEN_AUDIENCE)
    .sign(new TextEncoder().encode(SECRET));
  tokens.push(token ?? signed);
  const headers = {
    authorization: `Bearer ${token ?? signed}`,
    'x-request-id': 'request-1',
    traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  };
  return await app.inject({ method, url, headers, ...(payload && { payload }) });
}

const entries = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the lines of a request', () => {
  test('name request, trace, shop and job, whether it succeeds or fails', async () => {
    const jobId = newJobId();
    expect((await send('POST', '/api/v1/ocr/process?type=receipt', { payload: page, jobId })).statusCode).toBe(200);
    const broken = await send('POST', '/api/v1/ocr/process?type=receipt', { payload: Buffer.from('none'), jobId });
    expect(broken.statusCode).toBeGreaterThanOrEqual(400);
    expect(entries().length).toBeGreaterThanOrEqual(3);
    for (const entry of entries()) {
      expect(entry).toMatchObject({ reqId: 'request-1', trace_id: TRACE, shop_id: shopId, job_id: jobId });
    }
    expect(entries()[0]).toMatchObject({ msg: 'request answered', route: '/api/v1/ocr/process', status: 200 });
  });

  test('are one for a request that went well, and at debug for a probe', async () => {
    lines.splice(0);
    await app.inject({ url: '/live' });
    await send('GET', '/api/v1/ocr/results');
    expect(entries().map(({ level, route }) => [level, route])).toEqual([
      [20, '/live'],
      [30, '/api/v1/ocr/results'],
    ]);
  });
});

test('the line of a job names it, its shop, the request that it came from and the trace', async () => {
  lines.splice(0);
  await queue.start();
  const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
  const job = await storedJob(images, { principal: { shopId, userId }, traceparent });
  const { job_id } = await queue.accept(job);
  await expect.poll(() => entries().map(({ msg }) => msg), { timeout: 10_000 }).toContain('a job is completed');
  const line = entries().find(({ msg }) => msg === 'a job is completed');
  expect(line).toMatchObject({ job_id, shop_id: shopId, request_id: 'request-of-a-job', trace_id: TRACE, try: 1 });
});

test('no line has a token, a word of an image, its bytes, or a search', async () => {
  const forged = `${tokens[0]!.slice(0, -8)}forgedxx`;
  expect((await send('GET', '/api/v1/ocr/results', { token: forged })).statusCode).toBe(401);
  const found = await send('GET', `/api/v1/ocr/results?query=${WORD}`);
  expect(found.json().data.results).toHaveLength(1);
  await send('GET', `/api/v1/ocr/results/${WORD}?token=${forged}`);
  await database.query('ALTER TABLE ocr_processing_jobs ADD CONSTRAINT nothing CHECK (sha256 IS NULL) NOT VALID');
  const failed = await send('POST', '/api/v1/ocr/process?type=receipt&confidence_threshold=0.7', { payload: page });
  expect(failed.statusCode).toBe(500);
  const logged = lines.join('');
  expect(logged).toContain('23514');
  for (const token of tokens) {
    for (const part of token.split('.').slice(1)) expect(logged).not.toContain(part);
  }
  expect(logged).not.toContain(SECRET);
  expect(logged).not.toMatch(/STORES|12\.50/);
  expect(logged).not.toContain(page.subarray(100, 160).toString('base64'));
  // A word in the path is the client's own writing; it is masked only where it is a number. What is read never gets there.
  expect(logged.replaceAll(`/api/v1/ocr/results/${WORD}`, '')).not.toContain(WORD);
});
