import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OcrError } from '@edge-ocr/shared/errors';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { QUEUE } from '../jobs/boss.ts';
import { instantReading, memoryStore, openTestQueue, storedJob } from '../jobs/queue.fixture.ts';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database } from '../persist/database.ts';
import { checkCallbackUrl, isPublicAddress } from './callback-address.ts';
import { deliverCallbacks } from './deliver-callbacks.ts';
import { postCallback } from './post-callback.ts';
import { shopSecret } from './sign-callback.ts';

const STRICT = { allowHttp: false, allowPrivate: false };
const OPEN = { allowHttp: true, allowPrivate: true };
const MASTER = 'a-secret-of-more-than-thirty-two-bytes';

describe('a callback’s address', () => {
  test.each([
    'http://shop.example/hook',
    'ftp://shop.example',
    'not a url',
    'https://user:password@shop.example/',
    'https://localhost/',
    'https://db.internal/',
    'https://printer.local/',
    'https://intranet/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://10.1.2.3/',
    'https://172.31.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    `https://shop.example/${'x'.repeat(2048)}`,
  ])('%s is refused', (url) => {
    expect(() => checkCallbackUrl(url, STRICT)).toThrow(OcrError);
  });

  test.each(['https://shop.example/hook?a=1', 'https://8.8.8.8:8443/', 'https://[2606:4700::1111]/'])(
    '%s is taken',
    (url) => {
      expect(checkCallbackUrl(url, STRICT).href).toBe(new URL(url).href);
    },
  );

  test('what is allowed beyond is taken', () => {
    expect(checkCallbackUrl('http://127.0.0.1:9/x', OPEN).port).toBe('9');
    expect(isPublicAddress('no address')).toBe(false);
  });
});

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('callbacks', () => {
  let cluster: TestCluster;
  let db: Database;
  let server: Server;
  let url: string;
  let statuses: number[];
  const heard: Heard[] = [];
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    cluster = await startTestCluster();
    db = await cluster.openMigrated();
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        heard.push({ headers: request.headers, body });
        response.writeHead(statuses.shift() ?? 200, { Location: 'http://169.254.169.254/' }).end('x'.repeat(100_000));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    heard.splice(0);
  });
  afterAll(async () => {
    server?.close();
    await cluster?.stop();
  });

  async function start(callbackRetries = 2, process = instantReading) {
    const images = memoryStore();
    const queue = openTestQueue(db, { images, callbackRetries, process });
    stops.push(() => queue.stop());
    await queue.start();
    const log = { info() {}, warn() {} };
    const calls = deliverCallbacks({
      ...{ boss: queue.boss, database: db, find: queue.find, masterSecret: MASTER, ...OPEN, log },
      ...{ timeoutMs: 2000, concurrency: 2, pollMs: 100 },
    });
    calls.start();
    stops.push(() => calls.stop(1000));
    return { queue, images };
  }

  const PATIENCE = { timeout: 15_000, interval: 20 };

  test('tell the outcome, signed with the shop’s own secret', async () => {
    statuses = [];
    const { queue, images } = await start();
    const job = await storedJob(images, { callbackUrl: url });
    const { job_id } = await queue.accept(job);
    await expect.poll(() => heard.length, PATIENCE).toBe(1);
    const [{ headers, body }] = heard as [Heard];
    expect(JSON.parse(body)).toMatchObject({ event: 'job.completed', job_id, result: { id: job_id } });
    expect(headers['content-type']).toBe('application/json');
    expectSigned(headers, body, shopSecret(MASTER, job.principal.shopId));
    expect(() => expectSigned(headers, body, shopSecret(MASTER, randomUUID()))).toThrow();
  });

  test('are repeated when they fail, redirects too, and tell of failures', async () => {
    statuses = [302];
    const failing = async () => {
      throw new OcrError('LOW_QUALITY');
    };
    const { queue, images } = await start(2, failing);
    const { job_id } = await queue.accept(await storedJob(images, { callbackUrl: url }));
    await expect.poll(() => heard.length, PATIENCE).toBe(2);
    for (const { body } of heard) {
      expect(JSON.parse(body)).toMatchObject({ event: 'job.failed', job_id, error: { code: 'LOW_QUALITY' } });
    }
  });

  test('that fail for good are dead letters', async () => {
    statuses = [500];
    const { queue, images } = await start(0);
    const { job_id } = await queue.accept(await storedJob(images, { callbackUrl: url }));
    const dead = async () =>
      (await queue.boss.dead<{ jobId: string }>(db, QUEUE.deadCallbacks)).map(({ data }) => data.jobId);
    await expect.poll(dead, PATIENCE).toContain(job_id);
  });

  test('go to no name that leads into a private network, whatever was checked before', async () => {
    const call = { url: `${url.replace('127.0.0.1', 'localhost.')}`, headers: {}, body: '{}', timeoutMs: 2000 };
    await expect(postCallback(call, { allowHttp: true, allowPrivate: false })).rejects.toThrow();
    expect(heard).toHaveLength(0);
  });

  test('end in time when nobody answers', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    await expect(postCallback({ url: silentUrl, headers: {}, body: '{}', timeoutMs: 100 }, OPEN)).rejects.toThrow();
    silent.closeAllConnections();
    silent.close();
  });
});

/** As docs/api.md tells a shop to do it. */
function expectSigned(headers: IncomingHttpHeaders, body: string, secret: string): void {
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-edgeocr-signature']))!;
  const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest();
  expect(timingSafeEqual(expected, Buffer.from(signature!, 'hex'))).toBe(true);
  expect(Math.abs(Date.now() / 1000 - Number(time))).toBeLessThan(60);
}
