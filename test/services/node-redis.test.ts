import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type RunningEdge, startEdge } from '@edge-ocr/infra/local/edge';
import { localSecrets } from '@edge-ocr/infra/local/settings';
import { type RestServer, startRestServer } from '@edge-ocr/infra/redis/rest-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, nodeRequests, readFixture, resultOf } from '../end-to-end/api-client.ts';
import { startTestStack, type TestStack, temporaryFolder } from '../end-to-end/stack.ts';
import { serviceUrl } from './service-url.ts';

const redisUrl = serviceUrl('TEST_REDIS_URL', 'redis://127.0.0.1:6379');

describe.skipIf(!redisUrl)('a node with Redis', () => {
  const commands: string[] = [];
  let rest: RestServer;
  let stack: TestStack;
  let otherEdge: RunningEdge;
  let otherData: string;

  beforeAll(async () => {
    const token = randomBytes(16).toString('hex');
    rest = await startRestServer({ redisUrl: redisUrl!, token, onCommand: ([name]) => commands.push(name) });
    const vars = { UPSTASH_REDIS_REST_URL: rest.url, UPSTASH_REDIS_REST_TOKEN: token };
    // The edge before it knows no Redis, so what is found there the node has put there.
    stack = await startTestStack({ nodeEnvironment: vars });
    otherData = await temporaryFolder();
    const place = { port: 0, nodeUrl: stack.nodeUrl, dataDir: otherData };
    const secrets = { ...(await localSecrets(stack.dataDir)) };
    otherEdge = await startEdge({ ...place, secrets, vars, logLevel: 'none' });
  });
  afterAll(async () => {
    await otherEdge?.stop();
    await stack?.stop();
    await rest?.stop();
    if (otherData) await rm(otherData, { recursive: true, force: true });
  });

  it('puts its answers where every edge finds them', async () => {
    const token = await stack.token();
    const image = await readFixture('format-grey.jpg');
    const fresh = resultOf(await new ApiClient(stack.edgeUrl, token).postFile(image, { type: 'receipt' }));
    await expect.poll(() => commands).toContain('SET');
    const before = await nodeRequests(stack.nodeUrl);
    const answer = await new ApiClient(otherEdge.url, token).postFile(image, { type: 'receipt' });
    expect(answer.headers.get('server-timing')).toContain('cache;desc="hit redis"');
    expect(resultOf(answer)).toEqual({ ...fresh, cache: 'hit' });
    expect(await nodeRequests(stack.nodeUrl)).toBe(before);
  });
});
