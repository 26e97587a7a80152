import { metricsSchema, type PoolNode } from '@edge-ocr/shared/contract/operations';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { countersOf } from '../counters.ts';
import { healthOf } from '../nodes/node-health.ts';
import { announceNode } from '../testing/announced-node.ts';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, dataOf, get, jpeg, postImage, send } from '../testing/client.ts';
import { StandInNode } from '../testing/stand-in-node.ts';
import { StandInRedis } from '../testing/stand-in-redis.ts';

const OF_NODE = {
  total_requests: 3,
  successful_requests: 3,
  average_processing_time_ms: 120,
  model_accuracy: { overall: null, by_field: {}, by_model_version: {} },
  errors_by_type: {},
  node: { id: 'n1', capacity: 4, in_flight: 1, queued: 0, model_version: 'models-1', draining: false },
};

let redis: StandInRedis;
let nodes: [StandInNode, StandInNode];
beforeEach(() => {
  vi.restoreAllMocks();
  captureLog();
  redis = new StandInRedis();
  nodes = [new StandInNode(), new StandInNode()];
  for (const node of nodes) {
    node.respond = (received) =>
      received.target === '/api/v1/metrics'
        ? Response.json({ success: true, data: OF_NODE })
        : node.result(received.body);
  }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const place = [redis, ...nodes].find(({ url }) => url === new URL(request.url).origin);
    if (!place) throw new TypeError('no such address in this test');
    return await place.handle(request);
  });
});

async function metrics(vars: Record<string, string>) {
  const token = await accessToken({ scope: 'admin' });
  return metricsSchema
    .required()
    .omit({ outbox: true, latency_ms: true, stages: true, queue: true })
    .parse(await dataOf(await send(get('/api/v1/metrics', token), { vars })));
}

function byUrl(pool: readonly PoolNode[], { url }: StandInNode): PoolNode | undefined {
  return pool.find((node) => node.url === url);
}

describe('the pool in the metrics', () => {
  it('tells of announced nodes what they say, and of silent ones that they say nothing', async () => {
    await announceNode(redis, nodes[0], { claims: { capacity: 8, in_flight: 3, queue: 2, draining: true } });
    const { nodes: pool } = await metrics({ ...redis.vars, NODE_URLS: nodes[1].url });
    expect(pool).toHaveLength(2);
    expect(byUrl(pool, nodes[0])).toEqual({
      url: nodes[0].url,
      capacity: 8,
      in_flight: 3,
      queued: 2,
      model_version: 'models-1',
      draining: true,
      healthy: true,
    });
    expect(byUrl(pool, nodes[1])).toEqual({
      url: nodes[1].url,
      in_flight: 0,
      model_version: null,
      draining: false,
      healthy: true,
    });
  });

  it('knows the only node by its own answer', async () => {
    const { nodes: pool, node } = await metrics({ NODE_URLS: nodes[0].url });
    expect(node).toEqual(OF_NODE.node);
    expect(pool).toEqual([
      {
        url: nodes[0].url,
        capacity: 4,
        in_flight: 1,
        queued: 0,
        model_version: 'models-1',
        draining: false,
        healthy: true,
      },
    ]);
  });

  it('tells which node was set aside', async () => {
    healthOf(nodes[1].url).failed(Date.now(), { failuresAllowed: 1, restMs: 60_000, restMaxMs: 60_000 });
    const { nodes: pool } = await metrics({ NODE_URLS: `${nodes[0].url},${nodes[1].url}` });
    expect([byUrl(pool, nodes[0])?.healthy, byUrl(pool, nodes[1])?.healthy]).toEqual([true, false]);
  });
});

describe('the counters in the metrics', () => {
  it('tell hits of the cache by level, misses, and what was shared', async () => {
    const vars = { NODE_URLS: nodes[0].url };
    const before = (await metrics(vars)).edge;
    const [image, other, token] = [jpeg(), jpeg(), await accessToken()];
    const post = async (sent: Uint8Array) => await send(await postImage({ image: sent, token }), { vars });
    expect((await post(image)).headers.get('x-cache')).toBe('MISS');
    expect((await post(image)).headers.get('x-cache')).toBe('HIT');
    nodes[0].respond = async ({ body }) => {
      // Not before both have looked, or the second would find the first one's answer.
      await vi.waitUntil(() => countersOf().cache_misses >= before.cache_misses! + 3);
      return nodes[0].result(body);
    };
    await Promise.all([post(other), post(other)]);
    nodes[0].respond = () => Response.json({ success: true, data: OF_NODE });
    const { edge } = await metrics(vars);
    const more = (name: string) => edge[name]! - before[name]!;
    const hits = more('cache_hits_isolate') + more('cache_hits_near');
    expect([hits, more('cache_hits_redis')]).toEqual([1, 0]);
    expect(more('cache_misses')).toBe(3);
    expect(more('cache_shared')).toBe(1);
  });
});
