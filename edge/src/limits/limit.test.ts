import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, errorOf, get, postImage, send } from '../testing/client.ts';
import { freshNode, type StandInNode } from '../testing/stand-in-node.ts';

let node: StandInNode;
beforeEach(() => {
  node = freshNode();
});

const limiterOf = (shop: string) => env.SHOP_LIMITS.get(env.SHOP_LIMITS.idFromName(shop));

describe('limits', () => {
  it('are told with every answer', async () => {
    const response = await send(await postImage(), { node });
    expect(response.headers.get('ratelimit-policy')).toBe(
      '"user";q=100;w=60, "shop";q=1000;w=3600, "quota";q=10000;w=86400',
    );
    expect(response.headers.get('ratelimit')).toMatch(/^"user";r=99;t=60, "shop";r=999;t=3600, "quota";r=9999;t=\d+$/);
  });

  it('stop a user, but not the user’s colleague', async () => {
    const vars = { LIMIT_USER_PER_MINUTE: '3' };
    const shop = crypto.randomUUID();
    const [token, colleague] = [await accessToken({ shop }), await accessToken({ shop })];
    for (let i = 0; i < 3; i++) expect((await send(await postImage({ token }), { node, vars })).status).toBe(200);
    const refused = await send(await postImage({ token }), { node, vars });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(80);
    expect(refused.headers.get('ratelimit')).toContain('"user";r=0;t=');
    const error = await errorOf(refused);
    expect([error.status, error.code]).toEqual([429, 'RATE_LIMITED']);
    expect((await send(await postImage({ token: colleague }), { node, vars })).status).toBe(200);
    expect(node.received).toHaveLength(4);
  });

  it('stop a shop, but not another shop', async () => {
    const vars = { LIMIT_SHOP_PER_HOUR: '2' };
    const shop = crypto.randomUUID();
    for (let i = 0; i < 2; i++) {
      expect((await send(await postImage({ token: await accessToken({ shop }) }), { node, vars })).status).toBe(200);
    }
    const error = await errorOf(await send(await postImage({ token: await accessToken({ shop }) }), { node, vars }));
    expect([error.code, error.message]).toEqual(['RATE_LIMITED', 'Too many requests of this shop']);
    expect((await send(await postImage(), { node, vars })).status).toBe(200);
  });

  it('hold the daily quota, also after the limiter was evicted, and only for reading images', async () => {
    const vars = { QUOTA_SHOP_PER_DAY: '2' };
    const shop = crypto.randomUUID();
    const token = await accessToken({ shop });
    for (let i = 0; i < 2; i++) expect((await send(await postImage({ token }), { node, vars })).status).toBe(200);
    await evictDurableObject(limiterOf(shop));
    const refused = await send(await postImage({ token }), { node, vars });
    const midnight = 86_400 - ((Date.now() / 1000) % 86_400);
    expect(Math.abs(Number(refused.headers.get('retry-after')) - midnight)).toBeLessThan(3);
    const error = await errorOf(refused);
    expect([error.status, error.code]).toEqual([429, 'QUOTA_EXCEEDED']);
    node.respond = () => Response.json({ success: true, data: { results: [], next_cursor: null } });
    const search = await send(get('/api/v1/ocr/results', token), { node, vars });
    expect(search.status).toBe(200);
    expect(search.headers.get('ratelimit')).not.toContain('quota');
  });

  it('are never exceeded by what isolates count ahead, and told as if nothing was', async () => {
    const vars = { LIMIT_USER_PER_MINUTE: '100', LIMIT_SHOP_PER_HOUR: '1000' };
    const shop = crypto.randomUUID();
    const token = await accessToken({ shop });
    node.respond = () => Response.json({ success: true, data: { results: [], next_cursor: null } });
    const ask = async () => await send(get('/api/v1/ocr/results', token), { node, vars });
    for (let i = 1; i <= 20; i++) expect((await ask()).headers.get('ratelimit')).toContain(`"user";r=${100 - i};`);
    const user = { userId: crypto.randomUUID(), userPerMinute: 100, shopPerHour: 1000, shopPerDay: null, count: 1 };
    const ahead = 980 - ((await limiterOf(shop).take(user)).states[1]!.remaining + 1);
    expect(ahead).toBeGreaterThan(0);
    expect(ahead).toBeLessThan(5);
    const statuses: number[] = [];
    for (let i = 0; i < 100; i++) statuses.push((await ask()).status);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(80);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(75);
    expect(statuses.slice(-20)).toEqual(Array(20).fill(429));
  });

  it('grant of what is asked for at once only what is left', async () => {
    const stub = limiterOf(crypto.randomUUID());
    const ask = { userId: 'user', userPerMinute: 10, shopPerHour: 100, shopPerDay: 12, count: 8 };
    const grants = [await stub.take(ask), await stub.take(ask), await stub.take(ask)];
    expect(grants.map(({ granted }) => granted)).toEqual([8, 2, 0]);
    expect((await stub.take({ ...ask, userId: 'other' })).granted).toBe(2);
  });

  it('start anew on the next day', async () => {
    const stub = limiterOf(crypto.randomUUID());
    const ask = { userId: 'user', userPerMinute: 10, shopPerHour: 10, shopPerDay: 1, count: 1 };
    await stub.take(ask);
    const waits = async () => (await stub.take(ask)).states.map((state) => state.waitSeconds > 0);
    expect(await waits()).toEqual([false, false, true]);
    await runInDurableObject(stub, (_, state) => {
      const { day, used } = state.storage.kv.get<{ day: number; used: number }>('day')!;
      state.storage.kv.put('day', { day: day - 1, used });
    });
    expect(await waits()).toEqual([false, false, false]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('limiter is broken'))],
    ['is slow', () => new Promise(() => {})],
  ])('are passed by when the limiter %s', async (_, take) => {
    const lines = captureLog();
    const vars = { SHOP_LIMITS: { idFromName: (name: string) => name, get: () => ({ take }) } };
    const response = await send(await postImage(), { node, vars });
    expect(response.status).toBe(200);
    expect(response.headers.has('ratelimit')).toBe(false);
    expect(lines.join()).toContain('limits_unavailable');
  });
});
