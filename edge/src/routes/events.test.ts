import { env } from 'cloudflare:workers';
import { EVENTS_PATH, EVENTS_TICKET_PATH } from '@edge-ocr/shared/contract/events';
import { OcrError } from '@edge-ocr/shared/errors';
import { SignJWT } from 'jose';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, dataOf, errorOf, get, ORIGIN, SHOP, send } from '../testing/client.ts';
import { freshNode, StandInNode, standIn } from '../testing/stand-in-node.ts';
import { StandInRedis } from '../testing/stand-in-redis.ts';

const JOB = '01932b3c-0000-7000-8000-000000000001';
const UPGRADE = { Upgrade: 'websocket' };
let node: StandInNode;
beforeEach(() => {
  node = freshNode();
  node.respond = () => stream('id: 7-0\nevent: position\ndata: {}\n\n');
});

function stream(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
}

/** Answers with a WebSocket that sends back what it hears. */
function echo(): Response {
  const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
  server.accept();
  server.addEventListener('message', ({ data }) => server.send(`heard ${data}`));
  return new Response(null, { status: 101, webSocket: client });
}

async function ticketOf(token: string, vars = {}): Promise<string> {
  const request = new Request(ORIGIN + EVENTS_TICKET_PATH, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
  });
  const data = await dataOf(await send(request, { node, vars }));
  expect(data).toEqual({ ticket: expect.any(String), expires_in_seconds: 60 });
  return data.ticket as string;
}

const withTicket = (ticket: string, headers = {}) => get(`${EVENTS_PATH}?ticket=${ticket}`, undefined, headers);

describe('server-sent events', () => {
  it('come through as the node sends them, also after the request’s deadline', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const write = (text: string) => writer.write(new TextEncoder().encode(text));
    node.respond = () =>
      new Response(readable, { headers: { 'content-type': 'text/event-stream', 'x-node': 'secret' } });
    const response = await send(get(EVENTS_PATH, await accessToken()), { node, vars: { REQUEST_DEADLINE_MS: '200' } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('x-node')).toBeNull();
    expect(response.headers.get('ratelimit')).toContain('"user"');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (const text of ['id: 1-1\n\n', 'id: 1-2\n\n']) {
      void write(text);
      expect((await reader.read()).value).toBe(text);
      await scheduler.wait(250);
    }
    void writer.close();
    expect((await reader.read()).done).toBe(true);
  });

  it('are asked of a node for the token’s shop, until the token expires', async () => {
    const expires = Math.floor(Date.now() / 1000) + 123;
    const token = await accessToken({ shop: SHOP, expires });
    await send(get(`${EVENTS_PATH}?job_id=${JOB}&since=5-6`, token), { node });
    await send(get(`${EVENTS_PATH}?since=5-6`, token, { 'Last-Event-ID': '8-9' }), { node });
    await send(get(EVENTS_PATH, token), { node });
    expect(node.received.map(({ target }) => target)).toEqual([
      `${EVENTS_PATH}?job_id=${JOB}&since=5-6`,
      `${EVENTS_PATH}?since=8-9`,
      EVENTS_PATH,
    ]);
    for (const { claims } of node.received) expect(claims).toMatchObject({ shop_id: SHOP, connected_until: expires });
  });

  it.each(['?job_id=1', '?since=7', '?since=1-1&since=1-2', '?shop_id=1', `?since=${'9'.repeat(30)}-1`])(
    'are not asked for with %s',
    async (query) => {
      const error = await errorOf(await send(get(EVENTS_PATH + query, await accessToken()), { node }));
      expect([error.code, node.received.length]).toEqual(['INVALID_REQUEST', 0]);
    },
  );

  it('do not begin at a Last-Event-ID that is none', async () => {
    const request = get(EVENTS_PATH, await accessToken(), { 'Last-Event-ID': 'x' });
    expect((await errorOf(await send(request, { node }))).code).toBe('INVALID_REQUEST');
  });
});

it('a WebSocket is passed through, for a listed origin too', async () => {
  node.respond = () => echo();
  const origin = 'https://shop.test';
  const request = get(EVENTS_PATH, await accessToken(), { ...UPGRADE, Origin: origin });
  const response = await send(request, { node, vars: { ALLOWED_ORIGINS: origin } });
  expect(response.status).toBe(101);
  const socket = response.webSocket!;
  const heard = new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)));
  socket.accept();
  socket.send('hello');
  expect(await heard).toBe('heard hello');
  expect(node.received[0]!.headers.get('upgrade')).toBe('websocket');
  socket.close();
});

it('a page of a site that is not listed opens no WebSocket', async () => {
  node.respond = () => echo();
  const request = (origin: string, token: string) => get(EVENTS_PATH, token, { ...UPGRADE, Origin: origin });
  const token = await accessToken();
  for (const origin of ['https://evil.test', 'null', `${ORIGIN}.evil.test`]) {
    expect((await errorOf(await send(request(origin, token), { node }))).code).toBe('FORBIDDEN');
  }
  expect((await send(request(ORIGIN, token), { node })).status).toBe(101);
});

describe('a node', () => {
  it('that is away or takes no more is left for another', async () => {
    const other = new StandInNode();
    other.respond = () => stream('id: 1-0\n\n');
    standIn(node, other);
    const vars = { NODE_URLS: `${node.url},${other.url}` };
    const overloaded = () => node.failure(new OcrError('OVERLOADED'), { 'retry-after': '5' });
    const askedOther = async () => {
      const response = await send(get(EVENTS_PATH, await accessToken()), { vars });
      expect(await response.text()).toBe('id: 1-0\n\n');
    };
    node.respond = overloaded;
    for (let i = 0; i < 4; i++) await askedOther();
    node.state = 'down';
    for (let i = 0; i < 4; i++) await askedOther();
  });

  it('that has no room, no answer or no stream is told as the error it is', async () => {
    const code = async () => (await errorOf(await send(get(EVENTS_PATH, await accessToken()), { node }))).code;
    node.respond = () => node.failure(new OcrError('OVERLOADED'), { 'retry-after': '5' });
    expect(await code()).toBe('OVERLOADED');
    node.respond = () => node.failure(new OcrError('UNAUTHORIZED'));
    expect(await code()).toBe('INTERNAL');
    node.respond = () => Response.json({ success: true, data: {} });
    expect(await code()).toBe('NETWORK_ERROR');
    node.state = 'down';
    expect(await code()).toBe('NETWORK_ERROR');
    node.state = 'hung';
    const late = await send(get(EVENTS_PATH, await accessToken()), { node, vars: { REQUEST_DEADLINE_MS: '100' } });
    expect((await errorOf(late)).code).toBe('TIMEOUT');
  });
});

describe('who may listen', () => {
  it('nobody without a token, nor with one that does not allow it', async () => {
    for (const path of [EVENTS_PATH, EVENTS_TICKET_PATH]) {
      const method = path === EVENTS_PATH ? 'GET' : 'POST';
      const ask = (headers: Record<string, string>) => send(new Request(ORIGIN + path, { method, headers }), { node });
      expect((await ask({})).status).toBe(401);
      const write = await accessToken({ scope: 'ocr:write' });
      expect((await ask({ Authorization: `Bearer ${write}` })).status).toBe(403);
    }
    expect(node.received).toEqual([]);
  });

  it('whoever has a ticket, for its shop and as long as the token behind it', async () => {
    const expires = Math.floor(Date.now() / 1000) + 345;
    const token = await accessToken({ shop: SHOP, scope: 'ocr:read admin', expires });
    const response = await send(withTicket(await ticketOf(token)), { node });
    expect(response.status).toBe(200);
    const [{ target, claims }] = node.received as [(typeof node.received)[0]];
    expect(target).toBe(EVENTS_PATH);
    expect(claims).toMatchObject({ shop_id: SHOP, scope: 'ocr:read', connected_until: expires });
  });

  it('with a ticket once, at whatever isolate where they share a Redis', async () => {
    const token = await accessToken();
    const ticket = await ticketOf(token);
    expect((await send(withTicket(ticket, UPGRADE), { node })).status).toBe(200);
    const again = await errorOf(await send(withTicket(ticket), { node }));
    expect([again.code, again.message]).toEqual(['UNAUTHORIZED', 'The ticket was used before']);

    const redis = new StandInRedis();
    const handle = vi.mocked(globalThis.fetch).getMockImplementation()!;
    vi.mocked(globalThis.fetch).mockImplementation(async (input, init) => {
      const request = new Request(input, init);
      return request.url.startsWith(redis.url) ? await redis.handle(request) : await handle(input, init);
    });
    const shared = await ticketOf(token, redis.vars);
    const marked = () => [...redis.values.keys()].find((key) => key.includes(idIn(shared)));
    expect((await send(withTicket(shared), { node, vars: redis.vars })).status).toBe(200);
    expect(marked()).toBeDefined();
    // Another isolate, which has not seen the ticket itself.
    const elsewhere = await ticketOf(token, redis.vars);
    redis.values.set(marked()!.replace(idIn(shared), idIn(elsewhere)), '1');
    expect((await send(withTicket(elsewhere), { node, vars: redis.vars })).status).toBe(401);
    redis.state = 'down';
    expect((await send(withTicket(await ticketOf(token)), { node, vars: redis.vars })).status).toBe(200);
  });

  it('with a ticket nowhere else, and with nothing else as a ticket', async () => {
    const token = await accessToken();
    const ticket = await ticketOf(token);
    expect((await send(get('/api/v1/ocr/results', ticket), { node })).status).toBe(401);
    expect((await send(get(EVENTS_PATH, ticket), { node })).status).toBe(401);
    const spoilt = (audience: string, expiry: string) =>
      new SignJWT({ sub: SHOP, shop_id: SHOP, jti: crypto.randomUUID(), access_expires_at: 9e15 })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('edge-ocr/edge')
        .setAudience(audience)
        .setExpirationTime(expiry)
        .sign(new TextEncoder().encode(env.INTERNAL_SECRET));
    const bad = [
      token,
      'x',
      await spoilt('edge-ocr/node', '60s'),
      await spoilt('edge-ocr/events', '-1s'),
      `${ticket}x`,
    ];
    for (const text of bad) expect((await errorOf(await send(withTicket(text), { node }))).code).toBe('UNAUTHORIZED');
    expect(node.received).toEqual([]);
    expect((await send(withTicket(await spoilt('edge-ocr/events', '60s')), { node })).status).toBe(403);
  });

  it('without the ticket being written into the log', async () => {
    const lines = captureLog();
    const ticket = await ticketOf(await accessToken());
    for (let i = 0; i < 2; i++) await send(withTicket(ticket), { node });
    node.state = 'down';
    await send(withTicket(await ticketOf(await accessToken())), { node });
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('\n')).not.toMatch(/ticket=|eyJ/);
  });
});

function idIn(ticket: string): string {
  const payload = ticket.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
  return (JSON.parse(atob(payload)) as { jti: string }).jti;
}
