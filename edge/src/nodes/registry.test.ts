import { POOL_KEY } from '@edge-ocr/shared/pool';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { announceNode } from '../testing/announced-node.ts';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, errorOf, jpeg, postImage, send } from '../testing/client.ts';
import { StandInNode } from '../testing/stand-in-node.ts';
import { StandInRedis } from '../testing/stand-in-redis.ts';

let redis: StandInRedis;
let nodes: [StandInNode, StandInNode, StandInNode];
let lines: string[];
/** Nodes come from Redis alone. */
let vars: Record<string, string>;
beforeEach(() => {
  vi.restoreAllMocks();
  lines = captureLog();
  redis = new StandInRedis();
  nodes = [new StandInNode(), new StandInNode(), new StandInNode()];
  vars = { ...redis.vars, NODE_URLS: '' };
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const { origin } = new URL(request.url);
    const place = [redis, ...nodes].find(({ url }) => url === origin);
    if (!place) throw new TypeError(`no such address in this test: ${origin}`);
    return await place.handle(request);
  });
});

async function post(times: number, more: Record<string, string> = {}): Promise<number[]> {
  const statuses = [];
  for (let i = 0; i < times; i++) statuses.push((await send(await postImage(), { vars: { ...vars, ...more } })).status);
  return statuses;
}

/** The lists that isolates keep are older by this now. */
function pass(milliseconds: number): void {
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + milliseconds);
}

describe('nodes that announce themselves', () => {
  it('are asked without being on any list, and without being asked for their version', async () => {
    for (const node of nodes) await announceNode(redis, node);
    expect(new Set(await post(40))).toEqual(new Set([200]));
    for (const node of nodes) expect(node.received.length).toBeGreaterThan(0);
    expect(nodes.map(({ probes }) => probes)).toEqual([0, 0, 0]);
  });

  it('are joined by those of the static list', async () => {
    await announceNode(redis, nodes[0]);
    await post(30, { NODE_URLS: nodes[1].url });
    expect(nodes[0].received.length).toBeGreaterThan(0);
    expect(nodes[1].received.length).toBeGreaterThan(0);
  });

  it('may be signed with the secret before, while that is set', async () => {
    const previous = 'the-secret-of-more-than-32-bytes-before';
    await announceNode(redis, nodes[0], { secret: previous });
    expect(await post(1)).toEqual([502]);
    pass(60_000);
    expect(await post(1, { INTERNAL_SECRET_PREVIOUS: previous })).toEqual([200]);
    expect(nodes[0].received).toHaveLength(1);
  });

  it('get no new work when they say that they are going, or an operator does', async () => {
    await announceNode(redis, nodes[0], { claims: { draining: true } });
    redis.values.set(POOL_KEY.drain(await announceNode(redis, nodes[1])), '1');
    await announceNode(redis, nodes[2], { claims: { in_flight: 15 } });
    await post(20);
    expect(nodes.map(({ received }) => received.length)).toEqual([0, 0, 20]);
  });

  it('get work by what they say they have', async () => {
    await announceNode(redis, nodes[0], { claims: { in_flight: 12 } });
    await announceNode(redis, nodes[1], { claims: { in_flight: 2 } });
    await post(10);
    expect(nodes.map(({ received }) => received.length)).toEqual([0, 10, 0]);
  });

  it('are noticed within the time for which a list is kept, and gone with it', async () => {
    await announceNode(redis, nodes[0]);
    await post(2);
    redis.nodeIds.splice(0);
    await announceNode(redis, nodes[1]);
    const before = nodes[0].received.length;
    await post(2);
    expect(nodes[0].received).toHaveLength(before + 2);
    pass(60_000);
    await announceNode(redis, nodes[1]);
    await post(2);
    expect(nodes[1].received).toHaveLength(2);
  });

  it('are read anew behind the request while the list is not old', async () => {
    await announceNode(redis, nodes[0]);
    await post(1);
    redis.nodeIds.splice(0);
    await announceNode(redis, nodes[1]);
    pass(4000);
    await vi.waitFor(async () => {
      await post(1);
      expect(nodes[1].received.length).toBeGreaterThan(0);
    });
  });
});

describe('an entry in Redis that no node of ours wrote', () => {
  const now = () => Math.floor(Date.now() / 1000);
  it.each([
    ['is signed with another secret', { secret: 'another-secret-of-more-than-32-bytes' }],
    ['was made for something else', { audience: 'edge-ocr/node' }],
    ['has been kept and put back', { issuedAt: now() - 120 }],
    ['is of another node', { claims: { sub: 'node-x' } }],
    ['has no address', { claims: { url: 'not an address' } }],
    ['has an address with a path', { claims: { url: 'http://metadata.test/latest?' } }],
    ['has no capacity', { claims: { capacity: 0 } }],
    ['has a version that is none', { claims: { model_version: 'a b\n' } }],
  ])('counts for nothing when it %s', async (_, spoilt) => {
    await announceNode(redis, nodes[0]);
    await announceNode(redis, nodes[1], spoilt);
    expect(new Set(await post(12))).toEqual(new Set([200]));
    expect(nodes[1].received).toHaveLength(0);
    expect(nodes[0].received).toHaveLength(12);
    expect(lines.join()).toContain('announcement_refused');
  });

  it('counts for nothing when it is no token, or under a name that is none', async () => {
    await announceNode(redis, nodes[0]);
    redis.nodeIds.push('node-1', 'a b', '../../etc', 'x'.repeat(200));
    redis.values.set(POOL_KEY.node('node-1'), JSON.stringify({ url: nodes[1].url }));
    redis.values.set(POOL_KEY.node('a b'), redis.values.get(POOL_KEY.node(redis.nodeIds[0]!))!);
    await post(6);
    expect(nodes[0].received).toHaveLength(6);
  });
});

describe('while Redis is away', () => {
  it.each(['down', 'hung'] as const)('(%s) the last known nodes are asked', async (state) => {
    await announceNode(redis, nodes[0]);
    await post(1);
    redis.state = state;
    pass(60_000);
    expect(await post(2)).toEqual([200, 200]);
    expect(nodes[0].received).toHaveLength(3);
  });

  it('from the start, the static list is', async () => {
    redis.state = 'down';
    expect(await post(2, { NODE_URLS: nodes[1].url })).toEqual([200, 200]);
  });

  it('and nothing is known, the answer is NETWORK_ERROR', async () => {
    redis.state = 'down';
    expect((await errorOf(await send(await postImage(), { vars }))).code).toBe('NETWORK_ERROR');
  });
});

it('a Redis that has forgotten everything is not believed while the nodes answer', async () => {
  await announceNode(redis, nodes[0]);
  await post(1);
  redis.nodeIds.splice(0);
  redis.values.clear();
  pass(60_000);
  expect(await post(2)).toEqual([200, 200]);
});

describe('the model version of the pool', () => {
  it('is what most nodes announce, so that a repeat is a hit before any was asked', async () => {
    for (const node of [nodes[0], nodes[1]]) node.modelVersion = 'models-2';
    for (const node of nodes) await announceNode(redis, node);
    const token = await accessToken();
    const image = jpeg();
    for (let i = 0; i < 20 && nodes[0].received.length === 0; i++) {
      await send(await postImage({ token, image: i === 0 ? image : jpeg() }), { vars });
    }
    const sets = redis.sent('set').filter(([, key]) => String(key).includes('answer/'));
    expect(sets.length).toBeGreaterThan(0);
    const asked = redis.sent('get').filter(([, key]) => String(key).includes('answer/'));
    expect(asked.every(([, key]) => String(key).endsWith('/models-2'))).toBe(true);
  });
});
