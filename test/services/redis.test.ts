import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningEdge, startEdge } from '@edge-ocr/infra/local/edge';
import { localSecrets } from '@edge-ocr/infra/local/settings';
import { Redis } from 'ioredis';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiClient, nodeRequests, readFixture, resultOf } from '../end-to-end/api-client.ts';
import { startTestStack, type TestStack, temporaryFolder } from '../end-to-end/stack.ts';
import { serviceUrl } from './service-url.ts';
import { startUpstashBridge, type UpstashBridge } from './upstash-bridge.ts';

const redisUrl = serviceUrl('TEST_REDIS_URL', 'redis://127.0.0.1:6379');
/** The edge waits 300 ms for Redis, once; the rest is a busy machine. */
const CACHE_MS = 2000;
/** After a failure the edge leaves Redis alone for 5 s. */
const REST_MS = 5500;
const TTL_SECONDS = 120;

describe.skipIf(!redisUrl)('edges that share a Redis', () => {
  let redis: Redis;
  let bridge: UpstashBridge;
  let stack: TestStack;
  let secondEdge: RunningEdge;
  let secondData: string;
  let first: ApiClient;
  let second: ApiClient;

  beforeAll(async () => {
    redis = new Redis(redisUrl!, { protocol: 2 });
    bridge = await startUpstashBridge(redisUrl!, randomBytes(16).toString('hex'));
    const vars = {
      UPSTASH_REDIS_REST_URL: bridge.url,
      UPSTASH_REDIS_REST_TOKEN: bridge.token,
      CACHE_TTL_SECONDS: String(TTL_SECONDS),
    };
    stack = await startTestStack({ edgeVars: vars });
    secondData = await temporaryFolder();
    const secrets = { ...(await localSecrets(stack.dataDir)) };
    const place = { port: 0, nodeUrl: stack.nodeUrl, dataDir: secondData };
    secondEdge = await startEdge({ ...place, secrets, vars, logLevel: 'none' });
    const token = await stack.token();
    first = new ApiClient(stack.edgeUrl, token);
    second = new ApiClient(secondEdge.url, token);
  });

  afterAll(async () => {
    await secondEdge?.stop();
    await stack?.stop();
    await bridge?.stop();
    redis?.disconnect();
    if (secondData) await rm(secondData, { recursive: true, force: true });
  });

  /** The fixture with another last pixel: an image that no cache has seen. */
  let count = 0;
  async function freshImage(): Promise<Buffer> {
    const dot = {
      input: {
        create: { width: 1, height: 1, channels: 3 as const, background: `#${(0xf0f0f0 + count++).toString(16)}` },
      },
    };
    return sharp(await readFixture('format-16bit.png'))
      .composite([{ ...dot, left: 0, top: 0 }])
      .png()
      .toBuffer();
  }

  function cacheMilliseconds(answer: Answer): number {
    return Number(/cache;dur=([\d.]+)/.exec(answer.headers.get('server-timing') ?? '')?.[1]);
  }

  it('answer each other’s repeats without the node', async () => {
    const image = await freshImage();
    const fresh = resultOf(await first.postFile(image, { type: 'receipt' }));
    expect(fresh.cache).toBe('miss');
    const before = await nodeRequests(stack.nodeUrl);
    await expect.poll(() => bridge.commands).toContain('SET');
    const answer = await second.postFile(image, { type: 'receipt' });
    expect(answer.headers.get('x-cache')).toBe('HIT');
    expect(resultOf(answer)).toEqual({ ...fresh, cache: 'hit' });
    expect(await nodeRequests(stack.nodeUrl)).toBe(before);
  });

  it('keep answers there no longer than they are told', async () => {
    const keys = await redis.keys('edge-ocr:answer/*');
    const lifetimes = await Promise.all(keys.map((key) => redis.ttl(key)));
    expect(lifetimes.filter((seconds) => seconds > 0 && seconds <= TTL_SECONDS).length).toBeGreaterThan(0);
    // -1 is how Redis says that a key stays for ever.
    expect(lifetimes).not.toContain(-1);
  });

  it('copy what Redis had to their own cache', async () => {
    const image = await freshImage();
    await first.postFile(image, { type: 'receipt' });
    await expect
      .poll(async () => (await second.postFile(image, { type: 'receipt' })).headers.get('x-cache'))
      .toBe('HIT');
    const asked = bridge.commands.length;
    expect((await second.postFile(image, { type: 'receipt' })).headers.get('x-cache')).toBe('HIT');
    expect(bridge.commands.length).toBe(asked);
  });

  it('go on in time while Redis does not answer', async () => {
    await redis.call('CLIENT', 'PAUSE', '4000', 'ALL');
    const answer = await first.postFile(await freshImage(), { type: 'receipt' });
    expect(resultOf(answer)).toMatchObject({ cache: 'miss', text: expect.stringContaining('TOTAL 2.40') });
    expect(cacheMilliseconds(answer)).toBeGreaterThan(200);
    expect(cacheMilliseconds(answer)).toBeLessThan(CACHE_MS);
    const next = await first.postFile(await freshImage(), { type: 'receipt' });
    expect(cacheMilliseconds(next)).toBeLessThan(200);
  });

  it('go on in time while Redis is gone, and use it again when it is back', async () => {
    await bridge.stop();
    await sleep(REST_MS);
    const image = await freshImage();
    const answer = await first.postFile(image, { type: 'receipt' });
    expect(resultOf(answer).cache).toBe('miss');
    expect(cacheMilliseconds(answer)).toBeLessThan(CACHE_MS);
    const repeat = await first.postFile(image, { type: 'receipt' });
    expect(repeat.headers.get('x-cache')).toBe('HIT');

    bridge = await startUpstashBridge(redisUrl!, bridge.token, bridge.port);
    await sleep(REST_MS);
    const later = await freshImage();
    await first.postFile(later, { type: 'receipt' });
    await expect.poll(() => bridge.commands).toContain('SET');
    expect((await second.postFile(later, { type: 'receipt' })).headers.get('x-cache')).toBe('HIT');
  });
});
