import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type RestServer, startRestServer } from '@edge-ocr/infra/redis/rest-server';
import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from '@upstash/redis';
import { Redis as RealRedis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../end-to-end/command.ts';
import { serviceUrl } from './service-url.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const redisUrl = serviceUrl('TEST_REDIS_URL', 'redis://127.0.0.1:6379');
const token = randomBytes(32).toString('base64url');
const MAX_BODY_BYTES = 4096;

describe.skipIf(!redisUrl)('the Upstash-compatible server', () => {
  let server: RestServer;
  let client: Redis;
  let raw: RealRedis;
  const prefix = `rest-test:${randomUUID()}:`;

  beforeAll(async () => {
    // Patient, because other tests make the same Redis pause.
    const patience = { maxBodyBytes: MAX_BODY_BYTES, commandTimeoutMs: 20_000 };
    server = await startRestServer({ redisUrl: redisUrl!, token, ...patience });
    client = new Redis({ url: server.url, token, automaticDeserialization: false, retry: false });
    raw = new RealRedis(redisUrl!, { protocol: 2 });
  });
  afterAll(async () => {
    const keys = await raw?.keys(`${prefix}*`);
    if (keys?.length) await raw.del(...keys);
    raw?.disconnect();
    await server?.stop();
  });

  function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const authorization = { authorization: `Bearer ${token}` };
    return fetch(server.url + path, { method: 'POST', body: text, headers: { ...authorization, ...headers } });
  }

  it.each(['OK', 'plain', 'ünïcödé 🧾', '{"json": [1, 2]}', ''])('keeps the text %j as it is', async (text) => {
    await client.set(`${prefix}text`, text);
    expect(await client.get(`${prefix}text`)).toBe(text === '' ? '' : text);
    expect(await raw.get(`${prefix}text`)).toBe(text);
    expect(await client.mget(`${prefix}text`, `${prefix}none`)).toEqual([text, null]);
  });

  it('passes on numbers, nothing, hashes and lifetimes', async () => {
    expect(await client.incrby(`${prefix}count`, 41)).toBe(41);
    expect(await client.get(`${prefix}nothing`)).toBeNull();
    await client.hset(`${prefix}hash`, { a: '1', b: 'OK' });
    // Without deserialization the client leaves a hash as Redis sends it.
    expect(await client.hgetall(`${prefix}hash`)).toEqual(['a', '1', 'b', 'OK']);
    await client.set(`${prefix}brief`, 'x', { px: 60_000, nx: true });
    expect(await raw.pttl(`${prefix}brief`)).toBeGreaterThan(0);
    expect(await client.set(`${prefix}brief`, 'y', { nx: true })).toBeNull();
  });

  it('runs a pipeline in which one command fails', async () => {
    const pipeline = client.pipeline().set(`${prefix}one`, '1').lpush(`${prefix}one`, 'no list').get(`${prefix}one`);
    const [set, wrong, got] = await pipeline.exec({ keepErrors: true });
    expect(set).toEqual({ result: 'OK' });
    expect(wrong).toMatchObject({ error: expect.stringContaining('WRONGTYPE') });
    expect(got).toEqual({ result: '1' });
  });

  it('runs a transaction whole, or not at all', async () => {
    expect(await client.multi().set(`${prefix}t`, '1').incr(`${prefix}t`).exec()).toEqual(['OK', 2]);
    const refused = await post('/multi-exec', [['SET', `${prefix}t`, '9'], ['NOSUCHCOMMAND']]);
    expect(refused.status).toBe(400);
    expect(await raw.get(`${prefix}t`)).toBe('2');
  });

  it('runs the limiters of @upstash/ratelimit, also after Redis has forgotten their scripts', async () => {
    for (const limiter of [Ratelimit.slidingWindow(2, '1 h'), Ratelimit.fixedWindow(2, '1 h')]) {
      const limit = new Ratelimit({ redis: client, limiter, prefix: prefix + randomUUID(), timeout: 5000 });
      const outcomes = [];
      for (let i = 0; i < 3; i++) {
        outcomes.push((await limit.limit('user')).success);
        if (i === 0) await raw.script('FLUSH');
      }
      expect(outcomes).toEqual([true, true, false]);
    }
  });

  it('finds a script written for Upstash under the SHA that its client computed', async () => {
    const script = `#!lua flags=allow-key-locking\nreturn "${randomUUID()}"`;
    const sha = createHash('sha1').update(script).digest('hex');
    await expect(client.evalsha(sha, [], [])).rejects.toThrow('NOSCRIPT');
    const answer = await client.eval(script, [], []);
    expect(await client.evalsha(sha, [], [])).toBe(answer);
    expect(await client.scriptExists(sha)).toEqual([1]);
  });

  it('lets nobody in without the token', async () => {
    const body = JSON.stringify(['GET', 'x']);
    for (const authorization of ['', 'Bearer ', 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`]) {
      const answer = await fetch(server.url, { method: 'POST', body, headers: { authorization } });
      expect([answer.status, await answer.json()]).toEqual([401, { error: 'Unauthorized' }]);
    }
  });

  it.each([
    ['no JSON', '/', '{', 400],
    ['no array', '/', { a: 1 }, 400],
    ['an empty command', '/', [], 400],
    ['a command with an object', '/', ['SET', 'a', { b: 1 }], 400],
    ['a command that blocks', '/', ['blpop', 'x', '0'], 400],
    ['a read that blocks', '/', ['XREAD', 'BLOCK', '0', 'STREAMS', 'a', '$'], 400],
    ['a command about the connection', '/pipeline', [['SELECT', '1']], 400],
    ['a command that Redis does not know', '/', ['NOSUCHCOMMAND'], 400],
    ['too many commands', '/pipeline', Array(1001).fill([]), 400],
    ['a body over the limit', '/', ['SET', 'a', 'x'.repeat(MAX_BODY_BYTES)], 413],
    ['another path', '/set/a/b', ['GET', 'a'], 404],
  ])('refuses %s', async (_, path, body, status) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.any(String) });
  });

  it('answers without base64 when not asked for it', async () => {
    await raw.set(`${prefix}plain`, 'as it is');
    expect(await (await post('/', ['GET', `${prefix}plain`])).json()).toEqual({ result: 'as it is' });
  });

  it.each(['hung', 'gone'] as const)('says so when Redis is %s, and goes on when it is back', async (state) => {
    const proxy = await startTcpProxy(redisUrl!);
    const address = `redis://127.0.0.1:${proxy.port}`;
    const impatient = await startRestServer({ redisUrl: address, token, commandTimeoutMs: 500 });
    try {
      const headers = { authorization: `Bearer ${token}` };
      const ask = (path: string, body: unknown) =>
        fetch(impatient.url + path, { method: 'POST', body: JSON.stringify(body), headers });
      await proxy.become(state);
      for (const answer of [await ask('/', ['PING']), await ask('/pipeline', [['PING']])]) {
        expect([answer.status, await answer.json()]).toEqual([503, { error: 'ERR Redis does not answer' }]);
      }
      await proxy.become('gone');
      await proxy.become('up');
      await expect.poll(async () => (await ask('/', ['PING'])).status, { timeout: 10_000 }).toBe(200);
    } finally {
      await impatient.stop();
      await proxy.stop();
    }
  });
});

describe('npm run redis', () => {
  it('names each setting that is wrong, and never its value', async () => {
    const settings = { UPSTASH_REDIS_REST_TOKEN: 'tooshort', REDIS_URL: 'http://wrong.test' };
    const { code, stderr } = await runCommand(['run', '-s', 'redis'], settings);
    expect(code).toBe(1);
    expect(stderr).toContain('UPSTASH_REDIS_REST_TOKEN: must have 32 characters');
    expect(stderr).toContain('REDIS_URL: ');
    expect(stderr).not.toContain('tooshort');
  });

  it('says what to do when there is no Redis', async () => {
    const { code, stderr } = await runCommand(['run', '-s', 'redis'], {
      UPSTASH_REDIS_REST_TOKEN: token,
      REDIS_URL: 'redis://127.0.0.1:1',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('Redis does not answer. Start one (redis-server), or set REDIS_URL');
  });
});
