import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Admission } from '../admission.ts';
import { createApp, type NodeDependencies } from '../app.ts';
import { parseConfig } from '../config.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { Engine } from '../inference/engine.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { memoryStore, openTestQueue } from '../jobs/queue.fixture.ts';
import { createLogger } from '../log/create-logger.ts';
import { createMetrics } from '../metrics.ts';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import { newJobId } from '../persist/job-id.ts';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const shopId = randomUUID();
const image = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array(40).fill(7)]);
const sha256 = createHash('sha256').update(image).digest('hex');
const images = memoryStore();
const admission = new Admission({ requests: 1, bytes: 1e6 });
let cluster: TestCluster;
let queue: JobQueue;
let app: FastifyInstance;
beforeAll(async () => {
  cluster = await startTestCluster();
  const database = await cluster.openMigrated();
  queue = openTestQueue(database, { images, concurrency: 0 });
  await queue.start();
  const dependencies: NodeDependencies = {
    config: parseConfig({ INTERNAL_SECRET: SECRET }),
    database,
    // Nothing is read here: the only place is taken.
    engine: { modelVersion: 'test-1', modelNames: [] } as unknown as Engine,
    metrics: createMetrics(),
    admission,
    acceptance: new Admission({ requests: 4, bytes: 1e6 }),
    jobs: queue,
    images,
    // Nobody listens here.
    events: {} as EventHub,
    sharing: { share: async () => {} },
  };
  app = createApp(dependencies, createLogger('silent'));
  admission.enter(1);
});
afterAll(async () => {
  await app?.close();
  await queue?.stop();
  await cluster?.stop();
});

interface Sent {
  readonly payload?: Buffer;
  readonly shop?: string;
  readonly headers?: Record<string, string>;
  readonly jobId?: string;
}

async function send(method: 'GET' | 'POST' | 'DELETE', url: string, sent: Sent = {}) {
  const { payload, shop = shopId, headers, jobId } = sent;
  const token = await new SignJWT({
    ...{ sub: randomUUID(), shop_id: shop, scope: 'ocr:read ocr:write', request_id: 'request-1', method, target: url },
    body_sha256: createHash('sha256')
      .update(payload ?? Buffer.alloc(0))
      .digest('hex'),
    ...(jobId && { job_id: jobId }),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('edge-ocr/edge')
    .setAudience('edge-ocr/node')
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(new TextEncoder().encode(SECRET));
  const reply = await app.inject({
    ...{ method, url, headers: { authorization: `Bearer ${token}`, 'content-type': 'image/jpeg', ...headers } },
    ...(payload && { payload }),
  });
  return { status: reply.statusCode, ...reply.json() };
}

test('an image for later is stored before it is accepted, under the id of the edge, and cancelled', async () => {
  const jobId = newJobId();
  const url = '/api/v1/ocr/process/async?type=receipt&priority=high';
  const accepted = await send('POST', url, { payload: image, jobId });
  expect(accepted).toMatchObject({ status: 202, data: { job_id: jobId, status: 'queued' } });
  expect(Buffer.from((await images.get(`shop/${shopId}/${sha256}`))!).equals(image)).toBe(true);
  const job = `/api/v1/ocr/jobs/${jobId}`;
  expect(await send('GET', job)).toMatchObject({ status: 200, data: { status: 'queued', queue_position: 0 } });
  expect(await send('GET', job, { shop: randomUUID() })).toMatchObject({ status: 404 });
  expect(await send('DELETE', job, { shop: randomUUID() })).toMatchObject({ status: 404 });
  expect(await send('DELETE', job)).toMatchObject({ status: 200, data: { status: 'cancelled' } });
});

test('a callback into a private network is refused before anything is kept', async () => {
  const other = Buffer.concat([image, Buffer.from([1])]);
  const callback = encodeURIComponent('https://169.254.169.254/latest');
  const refused = await send('POST', `/api/v1/ocr/process/async?callback_url=${callback}`, { payload: other });
  expect(refused).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST' } });
  expect(await images.get(`shop/${shopId}/${createHash('sha256').update(other).digest('hex')}`)).toBeNull();
});

test('past the limit of the node a job is made of a request, unless the client would rather wait', async () => {
  const url = '/api/v1/ocr/process?type=receipt';
  const queued = await send('POST', url, { payload: image });
  expect(queued).toMatchObject({ status: 202, data: { status: 'queued' } });
  await send('DELETE', `/api/v1/ocr/jobs/${queued.data.job_id}`);
  const busy = await send('POST', url, { payload: image, headers: { prefer: 'respond-async, wait=5' } });
  expect(busy).toMatchObject({ status: 503, error: { code: 'OVERLOADED' } });
});
