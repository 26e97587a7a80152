import { OcrError } from '@edge-ocr/shared/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessToken, dataOf, errorOf, jpeg, ORIGIN, postImage, send } from './testing/client.ts';
import { freshNode, StandInNode, standIn } from './testing/stand-in-node.ts';

let node: StandInNode;
let token: string;
beforeEach(async () => {
  node = freshNode();
  token = await accessToken();
});

const keyed = (key = 'till-4/17') => ({ 'Idempotency-Key': key });

describe('a POST with an Idempotency-Key', () => {
  it('brings it to the node, with an id that a second node would see too', async () => {
    await send(await postImage({ token, headers: keyed() }), { node });
    const [received] = node.received;
    expect(received?.headers.get('idempotency-key')).toBe('till-4/17');
    expect(received?.claims.job_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const body = JSON.stringify({ fields: { total: 1 } });
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...keyed('other') };
    const path = `/api/v1/ocr/results/${crypto.randomUUID()}/corrections`;
    await send(new Request(ORIGIN + path, { method: 'POST', headers, body }), { node });
    expect(node.received[1]?.headers.get('idempotency-key')).toBe('other');
    expect(node.received[1]?.claims.job_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('passes by the cache, so that a known image under a used key is CONFLICT', async () => {
    const image = jpeg();
    await send(await postImage({ token, image }), { node });
    node.respond = () => node.failure(new OcrError('CONFLICT'));
    const error = await errorOf(await send(await postImage({ token, image, headers: keyed() }), { node }));
    expect([error.status, error.code]).toEqual([409, 'CONFLICT']);
    expect((await send(await postImage({ token, image }), { node })).headers.get('x-cache')).toBe('HIT');
  });

  it('hands on that it is still being processed, with Retry-After', async () => {
    node.respond = () =>
      node.failure(new OcrError('CONFLICT', { details: { in_progress: true } }), { 'Retry-After': '1' });
    const response = await send(await postImage({ token, headers: keyed() }), { node });
    expect([response.status, response.headers.get('retry-after')]).toEqual([409, '1']);
    expect((await errorOf(response)).details.in_progress).toBe(true);
  });

  it('fills the cache for those that come without one', async () => {
    const image = jpeg();
    const first = await dataOf(await send(await postImage({ token, image, headers: keyed() }), { node }));
    const second = await send(await postImage({ token, image }), { node });
    expect(await dataOf(second)).toEqual({ ...first, cache: 'hit' });
  });

  it('says what the node says of the cache', async () => {
    node.respond = async ({ body }) => {
      const { data } = await node.result(body).json<{ data: object }>();
      return Response.json({ success: true, data: { ...data, cache: 'hit' } });
    };
    const response = await send(await postImage({ token, headers: keyed() }), { node });
    expect(response.headers.get('x-cache')).toBe('HIT');
    expect((await dataOf(response)).cache).toBe('hit');
  });

  it.each([
    ['', null],
    ['wait', 'wait'],
  ])('leaves it to the node to make a job of it, unless the client prefers to wait (%j)', async (prefer, sent) => {
    const job = { job_id: crypto.randomUUID(), status: 'queued' };
    node.respond = () => Response.json({ success: true, data: job }, { status: 202 });
    const headers = { ...keyed(), ...(prefer && { Prefer: prefer }) };
    const response = await send(await postImage({ token, headers }), { node });
    expect([response.status, await dataOf(response)]).toEqual([202, job]);
    expect(node.received.map((received) => received.headers.get('prefer'))).toEqual([sent]);
  });

  it('tells of a replay, and learns nothing from it: it may be a day old', async () => {
    const image = jpeg();
    await send(await postImage({ token }), { node });
    node.respond = async ({ body }) => {
      const { data } = await node.result(body).json<{ data: object }>();
      const headers = { 'x-model-version': 'models-old', 'idempotency-replayed': 'true' };
      return Response.json({ success: true, data }, { headers });
    };
    const response = await send(await postImage({ token, image, headers: keyed() }), { node });
    expect(response.headers.get('idempotency-replayed')).toBe('true');
    node.respond = ({ body }) => node.result(body);
    const later = await send(await postImage({ token, image }), { node });
    expect([later.headers.get('x-cache'), later.headers.get('idempotency-replayed')]).toEqual(['MISS', null]);
  });

  it('may be tried at a second node when the first broke off', async () => {
    const other = new StandInNode();
    standIn(node, other);
    const path = `/api/v1/receipts/${crypto.randomUUID()}/ocr/retry`;
    for (const each of [node, other]) each.respond = () => Response.json({ success: true, data: {} }, { status: 202 });
    node.state = 'down';
    const vars = { NODE_URLS: `${node.url},${other.url}`, NODE_FAILURES_ALLOWED: 100 };
    for (let i = 0; i < 8; i++) {
      const headers = { Authorization: `Bearer ${token}`, ...keyed(`key-${i}`) };
      expect((await send(new Request(ORIGIN + path, { method: 'POST', headers }), { vars })).status).toBe(202);
    }
  });

  it.each([' ', 'two words', 'x'.repeat(256), 'schlüssel'])('%j is INVALID_REQUEST', async (key) => {
    const request = await postImage({ token }).then((plain) => {
      const headers = new Headers(plain.headers);
      headers.set('Idempotency-Key', key);
      return new Request(plain, { headers });
    });
    const response = await send(request, { node });
    // A header of blanks alone is an empty one.
    expect((await errorOf(response)).code).toBe('INVALID_REQUEST');
    expect(node.received).toHaveLength(0);
  });
});
