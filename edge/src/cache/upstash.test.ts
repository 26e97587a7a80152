import { beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, dataOf, jpeg, postImage, send } from '../testing/client.ts';
import { StandInNode } from '../testing/stand-in-node.ts';
import { StandInRedis } from '../testing/stand-in-redis.ts';

let node: StandInNode;
let redis: StandInRedis;
let vars: Record<string, string>;
beforeEach(() => {
  vi.restoreAllMocks();
  captureLog();
  node = new StandInNode();
  redis = new StandInRedis();
  vars = redis.vars;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    return await (request.url.startsWith(redis.url) ? redis : node).handle(request);
  });
});

describe('Upstash Redis', () => {
  it('keeps an answer for the configured time', async () => {
    await send(await postImage(), { node, vars });
    const set = redis.sent('set').find(([, key]) => String(key).startsWith('edge-ocr:answer/'));
    expect(set?.[1]).toMatch(
      /^edge-ocr:answer\/1\/[0-9a-f-]{36}\/[0-9a-f]{64}\/product%3A0\.8000%3Acodes%3Aen\/models-1$/,
    );
    expect(set?.slice(3)).toEqual(['ex', 3600]);
  });

  it('gives back what the data centre does not have, and the data centre keeps it then', async () => {
    const token = await accessToken();
    const image = jpeg();
    const miss = await dataOf(await send(await postImage({ token, image }), { node, vars }));
    const drop = vi.spyOn(caches.default, 'match').mockResolvedValue(undefined);
    const hit = await dataOf(await send(await postImage({ token, image }), { node, vars }));
    expect(hit).toEqual({ ...miss, cache: 'hit' });
    drop.mockRestore();
    const asked = redis.sent('get').length;
    expect((await send(await postImage({ token, image }), { node, vars })).headers.get('x-cache')).toBe('HIT');
    expect(redis.sent('get')).toHaveLength(asked);
    expect(node.received).toHaveLength(1);
  });

  it.each(['down', 'hung'] as const)('when %s is gone without, and left alone for a while', async (state) => {
    redis.state = state;
    const token = await accessToken();
    const image = jpeg();
    const start = Date.now();
    expect((await send(await postImage({ token, image }), { node, vars })).status).toBe(200);
    expect(Date.now() - start).toBeLessThan(1000);
    const trips = redis.trips;
    expect((await send(await postImage({ token, image }), { node, vars })).headers.get('x-cache')).toBe('HIT');
    expect((await send(await postImage({ token }), { node, vars })).status).toBe(200);
    expect(redis.trips).toBe(trips);
  });

  it('holds a lease while a node is asked, and gives it back when the answer is there', async () => {
    const token = await accessToken();
    node.respond = (received) => {
      expect([...redis.values.keys()].filter((key) => key.startsWith('edge-ocr:lease/'))).toHaveLength(1);
      return node.result(received.body);
    };
    expect((await send(await postImage({ token }), { node, vars })).status).toBe(200);
    expect([...redis.values.keys()].filter((key) => key.startsWith('edge-ocr:lease/'))).toEqual([]);
    expect(
      redis
        .sent('set')
        .find(([, key]) => String(key).startsWith('edge-ocr:lease/'))
        ?.slice(3),
    ).toEqual(['nx', 'px', 10_000]);
  });

  it('lets a lease go that another holds by now', async () => {
    node.respond = (received) => {
      for (const key of redis.values.keys()) if (key.includes('lease/')) redis.values.set(key, 'another');
      return node.result(received.body);
    };
    expect((await send(await postImage(), { node, vars })).status).toBe(200);
    expect([...redis.values.values()]).toContain('another');
  });

  it('brings the answer that another isolate with the lease has asked for', async () => {
    const token = await accessToken();
    const image = jpeg();
    const first = await dataOf(await send(await postImage({ token, image }), { node, vars }));
    const [key, entry] = [...redis.values].find(([key]) => key.startsWith('edge-ocr:answer/'))!;
    redis.values.delete(key);
    redis.values.set(key.replace('edge-ocr:', 'edge-ocr:lease/'), 'another');
    vi.spyOn(caches.default, 'match').mockResolvedValue(undefined);
    const sending = send(await postImage({ token, image }), { node, vars });
    await scheduler.wait(200);
    redis.values.set(key, entry);
    expect((await dataOf(await sending)).id).toBe(first.id);
    expect(node.received).toHaveLength(1);
  });

  it('with a lease that is never given back is waited for no longer than it may last', async () => {
    const token = await accessToken();
    const image = jpeg();
    await send(await postImage({ token, image }), { node, vars });
    const key = [...redis.values.keys()].find((name) => name.startsWith('edge-ocr:answer/'))!;
    redis.values.delete(key);
    redis.values.set(key.replace('edge-ocr:', 'edge-ocr:lease/'), 'gone');
    vi.spyOn(caches.default, 'match').mockResolvedValue(undefined);
    const short = { ...vars, CACHE_LEASE_MS: '300' };
    expect((await send(await postImage({ token, image }), { node, vars: short })).status).toBe(200);
    expect(node.received).toHaveLength(2);
  });

  it('with something else under the key is a miss', async () => {
    const token = await accessToken();
    const image = jpeg();
    await send(await postImage({ token, image }), { node, vars });
    for (const key of redis.values.keys()) redis.values.set(key, '{"answer":{"kind":"result"}}');
    vi.spyOn(caches.default, 'match').mockResolvedValue(undefined);
    expect((await send(await postImage({ token, image }), { node, vars })).headers.get('x-cache')).toBe('MISS');
  });
});
