import { OcrError } from '@edge-ocr/shared/errors';
import { EMPTY_BODY_SHA256 } from '@edge-ocr/shared/internal';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { accessToken, dataOf, errorOf, get, SHOP, send } from '../testing/client.ts';
import { freshNode, type StandInNode } from '../testing/stand-in-node.ts';

let node: StandInNode;
beforeEach(() => {
  node = freshNode();
});

describe('stored results', () => {
  const id = '0b0f4d2e-5a8e-4f0a-9d44-3f4b7f0e9a01';

  it('are fetched from a node by id, for the token’s shop', async () => {
    node.respond = () => Response.json({ success: true, data: { id, text: 'TOTAL 4.20' } });
    const response = await send(get(`/api/v1/ocr/results/${id}`, await accessToken({ shop: SHOP })), { node });
    expect(await dataOf(response)).toEqual({ id, text: 'TOTAL 4.20' });
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(node.received[0]?.claims).toMatchObject({
      shop_id: SHOP,
      method: 'GET',
      target: `/api/v1/ocr/results/${id}`,
      body_sha256: EMPTY_BODY_SHA256,
    });
  });

  it('that are not there are NOT_FOUND as the node says', async () => {
    node.respond = () => node.failure(new OcrError('NOT_FOUND'));
    expect((await errorOf(await send(get(`/api/v1/ocr/results/${id}`, await accessToken()), { node }))).status).toBe(
      404,
    );
  });

  it.each(['1', '%2e%2e%2fmetrics', 'x'.repeat(36)])('under the id %s are not asked for', async (bad) => {
    const error = await errorOf(await send(get(`/api/v1/ocr/results/${bad}`, await accessToken()), { node }));
    expect(error.code).toBe('INVALID_REQUEST');
    expect(node.received).toHaveLength(0);
  });

  it('are searched with the checked query alone', async () => {
    node.respond = () => Response.json({ success: true, data: { results: [], next_cursor: null } });
    const path = '/api/v1/ocr/results?query=caf%C3%A9%20%26x=1&type=receipt&from=2026-11-01';
    await dataOf(await send(get(path, await accessToken()), { node }));
    const target = new URL(`http://node${node.received[0]?.target}`);
    expect(Object.fromEntries(target.searchParams)).toEqual({
      query: 'café &x=1',
      type: 'receipt',
      from: '2026-11-01',
      limit: '20',
    });
  });

  it.each(['?limit=0', '?limit=1000', '?type=poem', '?from=yesterday', '?shop_id=1', '?type=receipt&type=product'])(
    'are not searched with %s',
    async (query) => {
      const error = await errorOf(await send(get(`/api/v1/ocr/results${query}`, await accessToken()), { node }));
      expect(error.code).toBe('INVALID_REQUEST');
      expect(node.received).toHaveLength(0);
    },
  );
});

describe('results in another format', () => {
  const id = '0b0f4d2e-5a8e-4f0a-9d44-3f4b7f0e9a01';
  const next = '</api/v1/ocr/results?format=csv&cursor=x>; rel="next"';
  const csv = () =>
    new Response('id\r\nআম\r\n', {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8; header=present',
        'Content-Disposition': 'attachment; filename="results.csv"',
        Link: next,
        'Set-Cookie': 'a=b',
      },
    });

  it('are the node’s, byte for byte, with their own headers alone', async () => {
    node.respond = csv;
    const response = await send(get('/api/v1/ocr/results?format=csv&rows=items', await accessToken()), { node });
    expect(await response.text()).toBe('id\r\nআম\r\n');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="results.csv"',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      link: next,
    });
    expect(response.headers.has('set-cookie')).toBe(false);
    expect(node.received[0]?.target).toBe('/api/v1/ocr/results?limit=20&format=csv&rows=items');
  });

  it('of another type than was asked for are not passed on', async () => {
    node.respond = csv;
    const error = await errorOf(
      await send(get(`/api/v1/ocr/results/${id}?format=hocr`, await accessToken()), { node }),
    );
    expect([error.code, node.received[0]?.target]).toEqual(['NETWORK_ERROR', `/api/v1/ocr/results/${id}?format=hocr`]);
  });

  it('that are not there are NOT_FOUND as the node says, in JSON', async () => {
    node.respond = () => node.failure(new OcrError('NOT_FOUND'));
    const response = await send(get(`/api/v1/ocr/results/${id}?format=text`, await accessToken()), { node });
    expect((await errorOf(response)).code).toBe('NOT_FOUND');
  });

  it.each([`/${id}?format=pdf`, `/${id}?rows=items`, `/${id}?limit=1`, '?format=hocr', '?format=json&rows=items'])(
    'are not asked for with %s',
    async (path) => {
      const error = await errorOf(await send(get(`/api/v1/ocr/results${path}`, await accessToken()), { node }));
      expect(error.code).toBe('INVALID_REQUEST');
      expect(node.received).toHaveLength(0);
    },
  );
});

describe('operations', () => {
  it('health and readiness are open', async () => {
    expect(await dataOf(await send(get('/api/v1/health'), { node }))).toEqual({ status: 'healthy' });
    expect(await (await send(get('/ready'), { node })).json()).toEqual({ ready: true, model_version: 'models-1' });
  });

  it('without a node are NETWORK_ERROR', async () => {
    node.state = 'down';
    for (const path of ['/api/v1/health', '/ready']) {
      expect((await errorOf(await send(get(path), { node }))).code).toBe('NETWORK_ERROR');
    }
  });

  it('a node that is not ready is OVERLOADED', async () => {
    vi.spyOn(node, 'handle').mockResolvedValue(Response.json({ ready: false }, { status: 503 }));
    const response = await send(get('/ready'), { node });
    expect(response.headers.get('retry-after')).toBe('5');
    expect((await errorOf(response)).code).toBe('OVERLOADED');
  });

  it('metrics are the administrator’s', async () => {
    node.respond = () => Response.json({ success: true, data: { total_requests: 3 } });
    expect((await send(get('/api/v1/metrics', await accessToken()), { node })).status).toBe(403);
    const token = await accessToken({ scope: 'admin' });
    expect(await dataOf(await send(get('/api/v1/metrics', token), { node }))).toMatchObject({
      total_requests: 3,
      edge: { limiter_fallback: 0, limits_unavailable: 0, bodies_refused: 0 },
      nodes: [{ url: node.url, healthy: true }],
    });
  });

  it('the OpenAPI document is served', async () => {
    const response = await send(get('/openapi.json'), { node });
    const document = await response.json<{ openapi: string; paths: Record<string, unknown> }>();
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths).toHaveProperty('/api/v1/ocr/process');
  });
});
