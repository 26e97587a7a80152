import { beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, dataOf, jpeg, postImage, send } from '../testing/client.ts';
import { StandInNode } from '../testing/stand-in-node.ts';

type Command = [name: string, key: string, ...rest: (string | number)[]];

/** Upstash's REST protocol over one Map: a command is a JSON array, strings come back in base64. */
class StandInRedis {
  readonly url = `http://redis-${crypto.randomUUID()}.test`;
  readonly values = new Map<string, string>();
  readonly commands: Command[] = [];
  state: 'up' | 'down' | 'hung' = 'up';

  async handle(request: Request): Promise<Response> {
    if (this.state === 'down') throw new TypeError('connection refused');
    const command = await request.json<Command>();
    this.commands.push(command);
    if (this.state === 'hung')
      return await new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => reject(request.signal.reason));
      });
    if (request.headers.get('authorization') !== 'Bearer redis-token') return new Response(null, { status: 401 });
    const [name, key, value] = command;
    if (name.toLowerCase() === 'set') this.values.set(key, String(value));
    const found = name.toLowerCase() === 'set' ? 'OK' : (this.values.get(key) ?? null);
    return Response.json({ result: found === null || found === 'OK' ? found : base64(found) });
  }
}

function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

let node: StandInNode;
let redis: StandInRedis;
let vars: Record<string, string>;
beforeEach(() => {
  vi.restoreAllMocks();
  captureLog();
  node = new StandInNode();
  redis = new StandInRedis();
  vars = { UPSTASH_REDIS_REST_URL: redis.url, UPSTASH_REDIS_REST_TOKEN: 'redis-token' };
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    return await (request.url.startsWith(redis.url) ? redis : node).handle(request);
  });
});

describe('Upstash Redis', () => {
  it('keeps an answer for the configured time', async () => {
    await send(await postImage(), { node, vars });
    const set = redis.commands.find(([name]) => name.toLowerCase() === 'set');
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
    const asked = redis.commands.length;
    expect((await send(await postImage({ token, image }), { node, vars })).headers.get('x-cache')).toBe('HIT');
    expect(redis.commands).toHaveLength(asked);
    expect(node.received).toHaveLength(1);
  });

  it.each(['down', 'hung'] as const)('when %s is gone without, and left alone for a while', async (state) => {
    redis.state = state;
    const token = await accessToken();
    const image = jpeg();
    const start = Date.now();
    expect((await send(await postImage({ token, image }), { node, vars })).status).toBe(200);
    expect(Date.now() - start).toBeLessThan(1000);
    const asked = redis.commands.length;
    expect((await send(await postImage({ token, image }), { node, vars })).headers.get('x-cache')).toBe('HIT');
    expect((await send(await postImage({ token }), { node, vars })).status).toBe(200);
    expect(redis.commands).toHaveLength(asked);
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
