import { OcrError } from '@edge-ocr/shared/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessToken, dataOf, errorOf, get, jpeg, ORIGIN, postImage, SHOP, send } from '../testing/client.ts';
import { freshNode, type StandInNode } from '../testing/stand-in-node.ts';

const id = '0199d0a2-5a8e-7f0a-9d44-3f4b7f0e9a01';
const accepted = {
  job_id: id,
  status: 'queued',
  queue_position: 3,
  estimated_time_seconds: 2.5,
  progress_percentage: 0,
};
let node: StandInNode;
let token: string;
beforeEach(async () => {
  node = freshNode();
  node.respond = () => Response.json({ success: true, data: accepted }, { status: 202 });
  token = await accessToken({ shop: SHOP });
});

function later(fields: Record<string, string | File>, as = token): Request {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const headers = { Authorization: `Bearer ${as}` };
  return new Request(`${ORIGIN}/api/v1/ocr/process/async`, { method: 'POST', headers, body: form });
}

const photo = () => new File([jpeg() as Uint8Array<ArrayBuffer>], 'photo.jpg');

describe('an image for later', () => {
  it('reaches a node as the bare image with its options, under an id of the edge', async () => {
    const image = jpeg();
    const fields = { type: 'receipt', priority: 'high', callback_url: 'https://shop.example/hook?a=1' };
    const file = new File([image as Uint8Array<ArrayBuffer>], 'photo.jpg');
    const response = await send(later({ image: file, ...fields }), { node });
    expect(response.status).toBe(202);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(await dataOf(response)).toEqual(accepted);
    const [received] = node.received;
    const target = new URL(received!.target, ORIGIN);
    expect(target.pathname).toBe('/api/v1/ocr/process/async');
    expect(Object.fromEntries(target.searchParams)).toMatchObject(fields);
    expect(received!.body).toEqual(image);
    expect(received!.headers.get('content-type')).toBe('image/jpeg');
    expect(received!.claims).toMatchObject({
      shop_id: SHOP,
      job_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    });
  });

  it.each([
    ['an unknown option', { image: photo(), colour: 'red' }, 'INVALID_REQUEST'],
    ['a callback that is no web address', { image: photo(), callback_url: 'ftp://shop.example' }, 'INVALID_REQUEST'],
    ['another priority', { image: photo(), priority: 'urgent' }, 'INVALID_REQUEST'],
    ['no image', { type: 'receipt' }, 'INVALID_REQUEST'],
    ['what is no image', { image: new File(['hello, world'], 'a.txt') }, 'UNSUPPORTED_TYPE'],
  ])('with %s goes nowhere', async (_, fields, code) => {
    expect((await errorOf(await send(later(fields as Record<string, string>), { node }))).code).toBe(code);
    expect(node.received).toHaveLength(0);
  });

  it('larger than allowed goes nowhere, and needs the scope to write', async () => {
    const image = new File([jpeg(3000) as Uint8Array<ArrayBuffer>], 'photo.jpg');
    const refused = await send(later({ image }), { node, vars: { MAX_IMAGE_BYTES: 2000 } });
    expect((await errorOf(refused)).code).toBe('IMAGE_TOO_LARGE');
    const reader = await accessToken({ scope: 'ocr:read' });
    expect((await errorOf(await send(later({ image: photo() }, reader), { node }))).code).toBe('FORBIDDEN');
    expect(node.received).toHaveLength(0);
  });
});

describe('a job', () => {
  it('is asked about and cancelled at a node', async () => {
    node.respond = () => Response.json({ success: true, data: accepted });
    expect(await dataOf(await send(get(`/api/v1/ocr/jobs/${id}`, token), { node }))).toEqual(accepted);
    const cancel = new Request(`${ORIGIN}/api/v1/ocr/jobs/${id}`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(await dataOf(await send(cancel, { node }))).toEqual(accepted);
    expect(node.received.map(({ method, target }) => [method, target])).toEqual([
      ['GET', `/api/v1/ocr/jobs/${id}`],
      ['DELETE', `/api/v1/ocr/jobs/${id}`],
    ]);
  });

  it('is refused as the node refuses it, and asked for by a UUID', async () => {
    node.respond = () => node.failure(new OcrError('NOT_FOUND'));
    expect((await errorOf(await send(get(`/api/v1/ocr/jobs/${id}`, token), { node }))).code).toBe('NOT_FOUND');
    expect((await errorOf(await send(get('/api/v1/ocr/jobs/x', token), { node }))).code).toBe('INVALID_REQUEST');
  });
});

describe('when the pool is busy', () => {
  const busy = (target: string) =>
    target.startsWith('/api/v1/ocr/process/async')
      ? Response.json({ success: true, data: accepted }, { status: 202 })
      : node.failure(new OcrError('OVERLOADED'), { 'retry-after': '2' });

  it('a job is made of the request, and no cache keeps that', async () => {
    node.respond = ({ target }) => busy(target);
    const image = jpeg();
    const first = await send(await postImage({ token, image, query: '?type=receipt' }), { node });
    expect([first.status, await dataOf(first)]).toEqual([202, accepted]);
    node.respond = ({ body }) => node.result(body);
    const second = await send(await postImage({ token, image, query: '?type=receipt' }), { node });
    expect([second.status, second.headers.get('x-cache')]).toEqual([200, 'MISS']);
  });

  it('who prefers to wait hears that it is', async () => {
    node.respond = ({ target }) => busy(target);
    const response = await send(await postImage({ token, headers: { Prefer: 'wait' } }), { node });
    expect((await errorOf(response)).code).toBe('OVERLOADED');
    expect(response.headers.get('retry-after')).toBe('2');
  });

  it('and takes no jobs either, that is the answer', async () => {
    node.respond = () => node.failure(new OcrError('OVERLOADED'), { 'retry-after': '2' });
    expect((await errorOf(await send(await postImage({ token }), { node }))).code).toBe('OVERLOADED');
  });
});
