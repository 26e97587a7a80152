import { env } from 'cloudflare:workers';
import { OcrError } from '@edge-ocr/shared/errors';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256Hex } from './digest.ts';
import { captureLog } from './testing/capture-log.ts';
import { accessToken, dataOf, errorOf, jpeg, postForm, postImage, SHOP, send } from './testing/client.ts';
import { freshNode, StandInNode, standIn } from './testing/stand-in-node.ts';

let node: StandInNode;
beforeEach(() => {
  node = freshNode();
});

describe('a repeat', () => {
  it('is a hit with equal data, and the node hears of it once', async () => {
    const token = await accessToken();
    const image = jpeg();
    const first = await send(await postImage({ token, image }), { node });
    const second = await send(await postImage({ token, image }), { node });
    expect([first.headers.get('x-cache'), second.headers.get('x-cache')]).toEqual(['MISS', 'HIT']);
    const [miss, hit] = [await dataOf(first), await dataOf(second)];
    expect(miss.cache).toBe('miss');
    expect(hit).toEqual({ ...miss, cache: 'hit' });
    expect(Object.keys(hit)).toEqual(Object.keys(miss));
    expect(node.received).toHaveLength(1);
    expect(second.headers.get('cache-control')).toBe('private, no-store');
    expect(first.headers.get('server-timing')).toMatch(
      /^auth;dur=.*limit;desc="local";dur=.*body;dur=.*hash;dur=.*cache;desc="miss";dur=.*node;desc="asked";dur=.*total;dur=/,
    );
    expect(second.headers.get('server-timing')).toContain(`cache;desc="hit near";dur=`);
  });

  it('is the same file whether it comes bare or in a form', async () => {
    const token = await accessToken();
    const image = jpeg();
    await send(await postImage({ token, image, query: '?type=receipt' }), { node });
    const second = await send(await postForm({ image: new File([image], 'photo'), type: 'receipt' }, token), { node });
    expect(second.headers.get('x-cache')).toBe('HIT');
  });

  it.each(['?type=receipt', '?confidence_threshold=0.5', '?extract_barcodes=false', '?language=bn'])(
    'under other options %s is a miss',
    async (query) => {
      const token = await accessToken();
      const image = jpeg();
      await send(await postImage({ token, image }), { node });
      expect((await send(await postImage({ token, image, query }), { node })).headers.get('x-cache')).toBe('MISS');
    },
  );

  it('of another shop is a miss', async () => {
    const image = jpeg();
    await send(await postImage({ image }), { node });
    expect((await send(await postImage({ image }), { node })).headers.get('x-cache')).toBe('MISS');
    expect(node.received).toHaveLength(2);
  });

  it('is served while no node is up', async () => {
    const token = await accessToken();
    const image = jpeg();
    await send(await postImage({ token, image }), { node });
    node.state = 'down';
    const response = await send(await postImage({ token, image }), { node });
    expect((await dataOf(response)).cache).toBe('hit');
  });

  it('is served from the last known model version when the memo has aged and no node is up', async () => {
    const token = await accessToken();
    const image = jpeg();
    await send(await postImage({ token, image }), { node });
    node.state = 'down';
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 120_000);
    expect((await send(await postImage({ token, image }), { node })).headers.get('x-cache')).toBe('HIT');
  });

  it('is a miss once another model version answers', async () => {
    const token = await accessToken();
    const image = jpeg();
    await send(await postImage({ token, image }), { node });
    node.modelVersion = 'models-2';
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
    const response = await send(await postImage({ token, image }), { node });
    expect((await dataOf(response)).model_version).toBe('models-2');
  });

  it('is a miss after the lifetime of the answer', async () => {
    const token = await accessToken();
    const image = jpeg();
    await send(await postImage({ token, image }), { node });
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_601_000);
    expect((await send(await postImage({ token, image }), { node })).headers.get('x-cache')).toBe('MISS');
  });
});

describe('a failure that the node gave', () => {
  it.each(['INVALID_IMAGE', 'LOW_QUALITY', 'IMAGE_TOO_LARGE'] as const)('%s is kept', async (code) => {
    node.respond = () => node.failure(new OcrError(code, { message: 'seen once', details: { pixels: 3 } }));
    const token = await accessToken();
    const image = jpeg();
    const first = await errorOf(await send(await postImage({ token, image }), { node }));
    const response = await send(await postImage({ token, image }), { node });
    expect(response.headers.get('x-cache')).toBe('HIT');
    const second = await errorOf(response);
    expect(node.received).toHaveLength(1);
    expect(second.details.request_id).not.toBe(first.details.request_id);
    expect(second.details.request_id).toBe(response.headers.get('x-request-id'));
    expect({ ...second, details: { ...second.details, request_id: '' } }).toEqual({
      ...first,
      details: { ...first.details, request_id: '' },
    });
  });

  it('is kept under the known version when it comes without one', async () => {
    const { code, status } = new OcrError('INVALID_IMAGE');
    node.respond = () => Response.json(new OcrError(code).toEnvelope('the-node-side-id'), { status });
    const token = await accessToken();
    const image = jpeg();
    await send(await postImage({ token, image }), { node });
    expect((await send(await postImage({ token, image }), { node })).headers.get('x-cache')).toBe('HIT');
  });

  it('is passed on with Retry-After and not kept when it may pass', async () => {
    node.respond = () => node.failure(new OcrError('OVERLOADED'), { 'Retry-After': '7' });
    const token = await accessToken();
    const image = jpeg();
    const headers = { Prefer: 'wait' };
    const response = await send(await postImage({ token, image, headers }), { node });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    await send(await postImage({ token, image, headers }), { node });
    expect(node.received).toHaveLength(2);
  });

  it('is the edge’s own when the node refuses the edge', async () => {
    node.respond = () => node.failure(new OcrError('UNAUTHORIZED'));
    expect((await errorOf(await send(await postImage(), { node }))).code).toBe('INTERNAL');
  });

  it.each([
    ['html', () => new Response('<html>secret host 10.0.0.1</html>', { status: 502 })],
    ['an unknown code', () => Response.json({ success: false, error: { code: 'SQL', message: 'x' } }, { status: 500 })],
    ['a success without data', () => Response.json({ success: true })],
    ['a redirect', () => new Response(null, { status: 302, headers: { Location: 'http://169.254.169.254/' } })],
  ])('is NETWORK_ERROR when it is %s', async (_, respond) => {
    node.respond = respond;
    const error = await errorOf(await send(await postImage(), { node }));
    expect([error.status, error.code]).toEqual([502, 'NETWORK_ERROR']);
    expect(JSON.stringify(error)).not.toMatch(/secret|SQL|169\.254/);
  });
});

describe('no node', () => {
  it('on a miss is NETWORK_ERROR', async () => {
    node.state = 'down';
    const error = await errorOf(await send(await postImage(), { node }));
    expect([error.status, error.code]).toEqual([502, 'NETWORK_ERROR']);
    expect(JSON.stringify(error)).not.toContain('refused');
  });

  it('at a real closed port is NETWORK_ERROR too', async () => {
    vi.restoreAllMocks();
    captureLog();
    const response = await send(await postImage(), { vars: { NODE_URLS: 'http://127.0.0.1:1' } });
    expect((await errorOf(response)).code).toBe('NETWORK_ERROR');
  });

  it('but another: the other is asked', async () => {
    const other = new StandInNode();
    standIn(node, other);
    node.state = 'down';
    for (let i = 0; i < 8; i++) {
      const response = await send(await postImage(), { vars: { NODE_URLS: `${node.url},${other.url}` } });
      expect(response.status).toBe(200);
    }
    expect(other.received).toHaveLength(8);
  });

  it('in time is TIMEOUT', async () => {
    await send(await postImage(), { node });
    node.state = 'hung';
    const error = await errorOf(await send(await postImage(), { node, vars: { REQUEST_DEADLINE_MS: '200' } }));
    expect([error.status, error.code]).toEqual([408, 'TIMEOUT']);
  });
});

describe('what the node is sent', () => {
  it('is the bare file, the options and a token bound to both', async () => {
    const image = jpeg();
    const user = crypto.randomUUID();
    const token = await accessToken({ user, shop: SHOP, scope: 'ocr:write' });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { 'X-Request-Id': 'till-4.receipt_17', traceparent, 'Content-Type': 'application/octet-stream' };
    const query = '?type=receipt&confidence_threshold=.5&extract_barcodes=0&language=en,bn';
    const before = Date.now();
    const response = await send(await postImage({ token, image, query, headers }), { node });
    expect(response.headers.get('x-request-id')).toBe('till-4.receipt_17');
    const [received] = node.received;
    const target = '/api/v1/ocr/process?type=receipt&confidence_threshold=0.5&extract_barcodes=false&language=en%2Cbn';
    expect(received?.target).toBe(target);
    expect(received?.body).toEqual(image);
    expect(received?.claims).toEqual({
      sub: user,
      shop_id: SHOP,
      scope: 'ocr:write',
      request_id: 'till-4.receipt_17',
      method: 'POST',
      target,
      body_sha256: await sha256Hex(image),
      job_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    });
    expect(received?.headers.get('content-type')).toBe('image/jpeg');
    expect(received?.headers.get('x-request-id')).toBe('till-4.receipt_17');
    expect(received?.headers.get('traceparent')).toMatch(
      /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad)[0-9a-f]{16}-01$/,
    );
    expect(Number(received?.headers.get('x-deadline')) - before).toBeGreaterThanOrEqual(30_000);
    expect(received?.headers.get('authorization')).not.toContain(token);
  });

  it('is kept in R2 once, under the shop', async () => {
    const image = jpeg();
    const shop = crypto.randomUUID();
    const token = await accessToken({ shop });
    const key = `shop/${shop}/${await sha256Hex(image)}`;
    await send(await postImage({ token, image }), { node });
    const first = await env.IMAGES.get(key);
    expect(new Uint8Array((await first?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(image);
    expect(first?.httpMetadata?.contentType).toBe('image/jpeg');
    await send(await postImage({ token, image, query: '?type=receipt' }), { node });
    expect(node.received).toHaveLength(2);
    expect((await env.IMAGES.head(key))?.version).toBe(first?.version);
  });

  it('is answered even when R2 fails', async () => {
    const images = { put: () => Promise.reject(new Error('R2 is away')) };
    const lines = captureLog();
    expect((await send(await postImage(), { node, vars: { IMAGES: images } })).status).toBe(200);
    expect(lines.join()).toContain('original_not_stored');
  });
});
