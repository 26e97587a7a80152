import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RestServer, startRestServer } from '@edge-ocr/infra/redis/rest-server';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, ApiClient, dataOf } from '../end-to-end/api-client.ts';
import { type EdgeAlone, startEdgeAlone } from '../end-to-end/edge-alone.ts';
import { freePort, temporaryFolder } from '../end-to-end/stack.ts';
import { type StandInNode, startStandInNode } from '../end-to-end/stand-in-node.ts';
import { serviceUrl } from './service-url.ts';

const redisUrl = serviceUrl('TEST_REDIS_URL', 'redis://127.0.0.1:6379');
const newImage = () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(20_000)]);
const times = <T>(count: number, work: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => work(i));

/** Edges in two workerd processes share nothing but Redis, as data centres do. */
interface Edges {
  readonly node: StandInNode;
  readonly edges: readonly EdgeAlone[];
  clients(shopId?: string): Promise<ApiClient[]>;
  stop(): Promise<void>;
}

async function startEdges(restUrl: string, restToken: string, more: Record<string, string> = {}): Promise<Edges> {
  const node = await startStandInNode();
  const jwtSecret = randomBytes(32).toString('base64url');
  const vars = { UPSTASH_REDIS_REST_URL: restUrl, UPSTASH_REDIS_REST_TOKEN: restToken, ...more };
  const edges = [await startEdgeAlone({ nodeUrl: node.url, vars, jwtSecret })];
  edges.push(await startEdgeAlone({ nodeUrl: node.url, vars, jwtSecret }));
  return {
    node,
    edges,
    async clients(shopId = randomUUID()) {
      const token = await edges[0]!.token({ shopId });
      return edges.map((edge) => new ApiClient(edge.url, token));
    },
    async stop() {
      for (const edge of edges) await edge.stop();
      await node.stop();
    },
  };
}

describe.skipIf(!redisUrl)('edges before one Redis', () => {
  const token = randomBytes(16).toString('hex');
  let rest: RestServer;
  let system: Edges;

  beforeAll(async () => {
    rest = await startRestServer({ redisUrl: redisUrl!, token });
    system = await startEdges(rest.url, token, { LIMIT_USER_PER_MINUTE: '400' });
  });
  afterAll(async () => {
    await system?.stop();
    await rest?.stop();
  });
  beforeEach(() => {
    Object.assign(system.node, { delayMs: 600, status: 200 });
  });

  it('send 100 concurrent posts of one new image to a node once', async () => {
    const [clients, image, before] = [await system.clients(), newImage(), system.node.received.length];
    const answers = await Promise.all(times(100, (i) => clients[i % 2]!.postFile(image)));
    expect(new Set(answers.map((answer) => dataOf(answer).id)).size).toBe(1);
    expect(system.node.received).toHaveLength(before + 1);
  });

  it('give the lease back after a failure, so that the next does not wait for its end', async () => {
    const [[client], image] = [await system.clients(), newImage()];
    Object.assign(system.node, { delayMs: 0, status: 503 });
    expect((await client!.postFile(image)).status).toBe(503);
    const redis = new Redis(redisUrl!, { protocol: 2 });
    await expect.poll(async () => await redis.keys('edge-ocr:lease/*')).toEqual([]);
    redis.disconnect();
    system.node.status = 200;
    expect((await client!.postFile(image)).status).toBe(200);
  });

  it('hold a user to one limit, wherever the requests come in', async () => {
    const clients = await system.clients();
    const statuses: number[] = [];
    for (let i = 0; i < 440; i += 20) {
      const some = await Promise.all(times(20, (j) => clients[j % 2]!.send('/api/v1/ocr/results?limit=0')));
      statuses.push(...some.map(({ status }) => status));
    }
    // A minute may have ended on the way: the window slides, and lets some of the next in.
    const letIn = statuses.filter((status) => status !== 429).length;
    expect(letIn).toBeGreaterThanOrEqual(400);
    expect(letIn).toBeLessThan(440);
  });
});

/** A Redis just started takes a moment. */
async function whenUp<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 50; ; tries--) {
    try {
      return await start();
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(200);
    }
  }
}

describe.skipIf(!redisUrl)('a Redis that is killed under load', () => {
  const token = randomBytes(16).toString('hex');
  let redis: ReturnType<typeof spawn>;
  let rest: RestServer;
  let system: Edges;

  beforeAll(async () => {
    const port = await freePort();
    const folder = await temporaryFolder();
    const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    redis = spawn('redis-server', options, { stdio: 'ignore' });
    rest = await whenUp(() => startRestServer({ redisUrl: `redis://127.0.0.1:${port}`, token }));
    system = await startEdges(rest.url, token, { LIMIT_USER_PER_MINUTE: '60' });
    system.node.delayMs = 20;
  });
  afterAll(async () => {
    redis?.kill('SIGKILL');
    await system?.stop();
    await rest?.stop();
  });

  it('makes no request fail, and no limit go', async () => {
    const shopId = randomUUID();
    const [client] = await system.clients(shopId);
    const answers: Answer[] = [];
    let killed = 0;
    for (let round = 0; round < 25; round++) {
      if (round === 5) {
        redis.kill('SIGKILL');
        killed = answers.length;
      }
      answers.push(...(await Promise.all(times(8, () => client!.postFile(newImage())))));
    }
    const after = answers.slice(killed).map(({ status }) => status);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    // The local limiter begins anew: at most once more what the limit allows.
    expect(after.filter((status) => status === 200).length).toBeGreaterThan(0);
    expect(after.filter((status) => status === 200).length).toBeLessThanOrEqual(60);
    expect(after.at(-1)).toBe(429);
    const refused = answers.findLast(({ status }) => status === 429)!;
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('server-timing')).toContain('limit;desc="fallback"');
  });
});
