import { beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, dataOf, errorOf, get, postImage, send } from '../testing/client.ts';
import { StandInNode } from '../testing/stand-in-node.ts';
import { StandInRedis } from '../testing/stand-in-redis.ts';

let node: StandInNode;
let redis: StandInRedis;
let lines: string[];
beforeEach(() => {
  vi.restoreAllMocks();
  lines = captureLog();
  node = new StandInNode();
  redis = new StandInRedis();
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    return await (request.url.startsWith(redis.url) ? redis : node).handle(request);
  });
});

const varsWith = (vars: Record<string, string> = {}) => ({ ...redis.vars, ...vars });
const countOf = (name: string) => Number([...redis.values].find(([key]) => key.includes(`limit:${name}:`))?.[1] ?? 0);

describe('limits in Redis', () => {
  it('are told with every answer, and cost one round trip', async () => {
    const vars = varsWith();
    const response = await send(get('/api/v1/ocr/results', await accessToken()), { node, vars });
    expect(response.headers.get('ratelimit-policy')).toBe('"user";q=100;w=60, "shop";q=1000;w=3600');
    expect(response.headers.get('ratelimit')).toMatch(/^"user";r=99;t=\d+, "shop";r=999;t=\d+$/);
    expect(response.headers.get('server-timing')).toContain('limit;desc="redis"');
    // The scripts are unknown to a new Redis, which the second trip makes good.
    expect(redis.trips).toBe(2);
    expect(redis.sent('evalsha')).toHaveLength(2);
  });

  it('stop a user without a trip to Redis the second time, and use up nothing of the shop’s', async () => {
    const vars = varsWith({ LIMIT_USER_PER_MINUTE: '3' });
    const shop = crypto.randomUUID();
    const token = await accessToken({ shop });
    for (let i = 0; i < 3; i++) expect((await send(await postImage({ token }), { node, vars })).status).toBe(200);
    for (let i = 0; i < 3; i++) {
      const trips = redis.trips;
      const refused = await send(await postImage({ token }), { node, vars });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      const error = await errorOf(refused);
      expect([error.status, error.code, error.message]).toEqual([
        429,
        'RATE_LIMITED',
        'Too many requests of this user',
      ]);
      if (i > 0) expect(redis.trips).toBe(trips);
    }
    expect([countOf('shop'), countOf('quota')]).toEqual([3, 3]);
    const colleague = await accessToken({ shop });
    expect((await send(await postImage({ token: colleague }), { node, vars })).status).toBe(200);
    expect(node.received).toHaveLength(4);
  });

  it('stop a shop and hold its daily quota', async () => {
    const shop = crypto.randomUUID();
    const post = async (vars: Record<string, string>) =>
      await send(await postImage({ token: await accessToken({ shop }) }), { node, vars: varsWith(vars) });
    await post({});
    await post({});
    expect((await errorOf(await post({ LIMIT_SHOP_PER_HOUR: '2' }))).code).toBe('RATE_LIMITED');
    const other = crypto.randomUUID();
    const token = await accessToken({ shop: other });
    const vars = varsWith({ QUOTA_SHOP_PER_DAY: '1' });
    expect((await send(await postImage({ token }), { node, vars })).status).toBe(200);
    const refused = await send(await postImage({ token }), { node, vars });
    const midnight = 86_400 - ((Date.now() / 1000) % 86_400);
    expect(Math.abs(Number(refused.headers.get('retry-after')) - midnight)).toBeLessThan(3);
    expect((await errorOf(refused)).code).toBe('QUOTA_EXCEEDED');
  });

  it.each(['down', 'hung'] as const)(
    'when Redis is %s are held by the local limiter, and it is said',
    async (state) => {
      redis.state = state;
      const vars = varsWith({ LIMIT_USER_PER_MINUTE: '3' });
      const token = await accessToken();
      const statuses: number[] = [];
      for (let i = 0; i < 5; i++) statuses.push((await send(await postImage({ token }), { node, vars })).status);
      expect(statuses).toEqual([200, 200, 200, 429, 429]);
      // It was asked once, and rests.
      // It was asked once, with the second try at connecting that the client makes, and rests.
      expect(redis.trips).toBeLessThanOrEqual(2);
      expect(lines.filter((line) => line.includes('"limiter_fallback"'))).toHaveLength(1);
      node.respond = () => Response.json({ success: true, data: {} });
      const admin = await accessToken({ scope: 'admin' });
      const metrics = await dataOf(await send(get('/api/v1/metrics', admin), { node, vars }));
      expect((metrics.edge as Record<string, number>).limiter_fallback).toBeGreaterThanOrEqual(5);
    },
  );
});
