import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningEdge, startEdge } from '@edge-ocr/infra/local/edge';
import { localSecrets } from '@edge-ocr/infra/local/settings';
import { type RestServer, startRestServer } from '@edge-ocr/infra/redis/rest-server';
import { Redis } from 'ioredis';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, nodeRequests, readFixture, resultOf } from '../end-to-end/api-client.ts';
import { startTestStack, type TestStack, temporaryFolder } from '../end-to-end/stack.ts';
import { serviceUrl } from './service-url.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const redisUrl = serviceUrl('TEST_REDIS_URL', 'redis://127.0.0.1:6379');
/** After a failure the edge leaves Redis alone for 5 s. */
const REST_MS = 5500;
const TTL_SECONDS = 120;

describe.skipIf(!redisUrl)('edges that share a Redis', () => {
  let redis: Redis;
  let bridge: RestServer;
  const token = randomBytes(16).toString('hex');
  /** Commands that reached the bridge, each with its first argument. */
  let commands: string[] = [];
  let proxy: TcpProxy;
  const startBridge = (port = 0) => {
    commands = [];
    const onCommand = ([name, key = '']: readonly string[]) => void commands.push(`${name} ${key}`);
    return startRestServer({ redisUrl: `redis://127.0.0.1:${proxy.port}`, token, port, onCommand });
  };
  /** How often an answer was put into Redis since the bridge was started. */
  const answersPut = () => commands.filter((command) => /^SET edge-ocr:answer\//.test(command)).length;
  let stack: TestStack;
  let secondEdge: RunningEdge;
  let secondData: string;
  let first: ApiClient;
  let second: ApiClient;

  beforeAll(async () => {
    redis = new Redis(redisUrl!, { protocol: 2 });
    proxy = await startTcpProxy(redisUrl!);
    bridge = await startBridge();
    const vars = {
      UPSTASH_REDIS_REST_URL: bridge.url,
      UPSTASH_REDIS_REST_TOKEN: token,
      CACHE_TTL_SECONDS: String(TTL_SECONDS),
    };
    stack = await startTestStack({ edgeVars: vars });
    secondData = await temporaryFolder();
    const secrets = { ...(await localSecrets(stack.dataDir)) };
    const place = { port: 0, nodeUrl: stack.nodeUrl, dataDir: secondData };
    secondEdge = await startEdge({ ...place, secrets, vars, logLevel: 'none' });
    const accessToken = await stack.token();
    first = new ApiClient(stack.edgeUrl, accessToken);
    second = new ApiClient(secondEdge.url, accessToken);
  });

  afterAll(async () => {
    await secondEdge?.stop();
    await stack?.stop();
    await bridge?.stop();
    await proxy?.stop();
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

  it('answer each other’s repeats without the node', async () => {
    const image = await freshImage();
    const fresh = resultOf(await first.postFile(image, { type: 'receipt' }));
    expect(fresh.cache).toBe('miss');
    const before = await nodeRequests(stack.nodeUrl);
    await expect.poll(answersPut).toBe(1);
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
    const asked = commands.length;
    expect((await second.postFile(image, { type: 'receipt' })).headers.get('x-cache')).toBe('HIT');
    expect(commands.slice(asked).filter((command) => command.startsWith('GET '))).toEqual([]);
  });

  it('go on while Redis does not answer', async () => {
    await proxy.become('hung');
    const answer = await first.postFile(await freshImage(), { type: 'receipt' });
    expect(resultOf(answer)).toMatchObject({ cache: 'miss', text: expect.stringContaining('TOTAL 2.40') });
    expect(resultOf(await first.postFile(await freshImage(), { type: 'receipt' })).cache).toBe('miss');
    await proxy.become('gone');
    await proxy.become('up');
  });

  it('go on while Redis is gone, and use it again when it is back', async () => {
    await bridge.stop();
    await sleep(REST_MS);
    const image = await freshImage();
    const answer = await first.postFile(image, { type: 'receipt' });
    expect(resultOf(answer).cache).toBe('miss');
    const repeat = await first.postFile(image, { type: 'receipt' });
    expect(repeat.headers.get('x-cache')).toBe('HIT');

    bridge = await startBridge(bridge.port);
    await sleep(REST_MS);
    const later = await freshImage();
    await first.postFile(later, { type: 'receipt' });
    await expect.poll(answersPut).toBe(1);
    expect((await second.postFile(later, { type: 'receipt' })).headers.get('x-cache')).toBe('HIT');
  });
});
