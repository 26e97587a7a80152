import { env } from 'cloudflare:workers';
import { OcrError } from '@edge-ocr/shared/errors';
import { EMPTY_BODY_SHA256 } from '@edge-ocr/shared/internal';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../digest.ts';
import { accessToken, dataOf, errorOf, get, jpeg, ORIGIN, SHOP, send } from '../testing/client.ts';
import { freshNode, StandInNode, standIn } from '../testing/stand-in-node.ts';

const id = '0199d0a2-5a8e-7f0a-9d44-3f4b7f0e9a01';
let node: StandInNode;
let token: string;
beforeEach(async () => {
  node = freshNode();
  node.respond = () => Response.json({ success: true, data: { id } }, { status: 201 });
  token = await accessToken({ shop: SHOP });
});

function post(path: string, body?: BodyInit, as = token, headers: Record<string, string> = {}): Request {
  const init = { method: 'POST', headers: { Authorization: `Bearer ${as}`, ...headers }, ...(body && { body }) };
  return new Request(ORIGIN + path, init);
}

function form(image: Uint8Array, fields: Record<string, string> = {}): FormData {
  const data = new FormData();
  data.set('image', new File([image], 'receipt.jpg'));
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

describe('a new receipt', () => {
  it('reaches a node as the bare image with its date, and is answered with the node’s status', async () => {
    const image = jpeg();
    const response = await send(post('/api/v1/receipts', form(image, { purchase_date: '2026-11-20' })), { node });
    expect([response.status, await dataOf(response)]).toEqual([201, { id }]);
    const [received] = node.received;
    expect(received?.target).toBe('/api/v1/receipts?purchase_date=2026-11-20');
    expect(received?.body).toEqual(image);
    expect(received?.claims.shop_id).toBe(SHOP);
    expect(await env.IMAGES.head(`shop/${SHOP}/${await sha256Hex(image)}`)).not.toBeNull();
  });

  it('may come bare, and may be known', async () => {
    node.respond = () => Response.json({ success: true, data: { id } });
    const headers = { 'Content-Type': 'image/jpeg' };
    const response = await send(post('/api/v1/receipts', jpeg(), token, headers), { node });
    expect(response.status).toBe(200);
    expect(node.received[0]?.target).toBe('/api/v1/receipts');
  });

  it('is tried at a second node, because it is the same receipt there', async () => {
    const other = new StandInNode();
    other.respond = node.respond;
    standIn(node, other);
    node.state = 'down';
    const vars = { NODE_URLS: `${node.url},${other.url}` };
    for (let i = 0; i < 6; i++) expect((await send(post('/api/v1/receipts', form(jpeg())), { vars })).status).toBe(201);
  });

  it.each([
    ['a date that is none', { purchase_date: '2026-02-30' }],
    ['an option that it has not', { type: 'receipt' }],
  ])('with %s is INVALID_REQUEST', async (_, fields) => {
    expect((await errorOf(await send(post('/api/v1/receipts', form(jpeg(), fields)), { node }))).code).toBe(
      'INVALID_REQUEST',
    );
    expect(node.received).toHaveLength(0);
  });

  it('that is no image is UNSUPPORTED_TYPE', async () => {
    const text = new TextEncoder().encode('no image at all, only text');
    expect((await errorOf(await send(post('/api/v1/receipts', form(text)), { node }))).code).toBe('UNSUPPORTED_TYPE');
  });
});

describe('what is read of the queue', () => {
  it.each([
    ['/api/v1/receipts', '/api/v1/receipts?limit=20'],
    ['/api/v1/receipts?status=failed&limit=5&cursor=abc', '/api/v1/receipts?status=failed&cursor=abc&limit=5'],
    [`/api/v1/receipts/${id}`, `/api/v1/receipts/${id}`],
    ['/api/v1/receipts/ocr/queue-status', '/api/v1/receipts/ocr/queue-status'],
    [`/api/v1/receipts/ocr/queue-status?receipt_id=${id}`, `/api/v1/receipts/ocr/queue-status?receipt_id=${id}`],
  ])('%s is asked of a node', async (path, target) => {
    node.respond = () => Response.json({ success: true, data: { id } });
    const response = await send(get(path, token, { 'Idempotency-Key': 'not for GET' }), { node });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    expect([node.received[0]?.method, node.received[0]?.target]).toEqual(['GET', target]);
  });

  it.each([
    '/api/v1/receipts?status=lost',
    '/api/v1/receipts?limit=0',
    '/api/v1/receipts?limit=101',
    '/api/v1/receipts?shop_id=x',
    '/api/v1/receipts/17',
    '/api/v1/receipts/ocr/queue-status?receipt_id=17',
  ])('%s is INVALID_REQUEST', async (path) => {
    expect((await errorOf(await send(get(path, token), { node }))).code).toBe('INVALID_REQUEST');
    expect(node.received).toHaveLength(0);
  });
});

describe('what starts the queue', () => {
  it.each([
    ['/api/v1/receipts/ocr/process-all?limit=3', '/api/v1/receipts/ocr/process-all?limit=3'],
    [`/api/v1/receipts/${id}/ocr/retry`, `/api/v1/receipts/${id}/ocr/retry`],
  ])('%s has no body and is answered 202', async (path, target) => {
    node.respond = () => Response.json({ success: true, data: { queued: 3 } }, { status: 202 });
    expect((await send(post(path), { node })).status).toBe(202);
    expect(node.received[0]?.claims).toMatchObject({ method: 'POST', target, body_sha256: EMPTY_BODY_SHA256 });
  });

  it('is asked of one node only: it may have been done', async () => {
    const other = new StandInNode();
    standIn(node, other);
    for (const each of [node, other]) each.state = 'down';
    const vars = { NODE_URLS: `${node.url},${other.url}` };
    const error = await errorOf(await send(post('/api/v1/receipts/ocr/process-all'), { vars }));
    expect(error.code).toBe('NETWORK_ERROR');
  });

  it('is answered with the node’s CONFLICT', async () => {
    node.respond = () => node.failure(new OcrError('CONFLICT', { details: { ocr_status: 'processing' } }));
    const error = await errorOf(await send(post(`/api/v1/receipts/${id}/ocr/retry`), { node }));
    expect(error).toMatchObject({ status: 409, details: { ocr_status: 'processing' } });
  });
});

it('scopes: reading needs ocr:read, everything else ocr:write', async () => {
  const reader = await accessToken({ scope: 'ocr:read' });
  const writer = await accessToken({ scope: 'ocr:write' });
  for (const path of ['/api/v1/receipts', `/api/v1/receipts/${id}`, '/api/v1/receipts/ocr/queue-status']) {
    expect((await errorOf(await send(get(path, writer), { node }))).code).toBe('FORBIDDEN');
    expect((await errorOf(await send(get(path), { node }))).code).toBe('UNAUTHORIZED');
  }
  for (const path of ['/api/v1/receipts', `/api/v1/receipts/${id}/ocr/retry`, '/api/v1/receipts/ocr/process-all']) {
    expect((await errorOf(await send(post(path, undefined, reader), { node }))).code).toBe('FORBIDDEN');
  }
  expect(node.received).toHaveLength(0);
});
