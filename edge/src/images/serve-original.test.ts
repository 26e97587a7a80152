import { env } from 'cloudflare:workers';
import { OcrError } from '@edge-ocr/shared/errors';
import { IMAGE_ACCESS_TARGET } from '@edge-ocr/shared/image-access';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '../digest.ts';
import { captureLog } from '../testing/capture-log.ts';
import { accessToken, errorOf, get, postImage, send } from '../testing/client.ts';
import { photo } from '../testing/photo.ts';
import { type Received, StandInNode, standIn } from '../testing/stand-in-node.ts';

const SECRET = 'taken at 51.5 N, 0.1 E';

let node: StandInNode;
let lines: string[];
let shop: string;
let image: Uint8Array;
let path: string;

beforeEach(async () => {
  vi.restoreAllMocks();
  lines = captureLog();
  node = new StandInNode();
  standIn(node);
  shop = crypto.randomUUID();
  image = photo(SECRET, 1024);
  path = `/api/v1/images/${await sha256Hex(image)}`;
  await send(await postImage({ token: await accessToken({ shop }), image }), { node });
  node.received.length = 0;
  node.respond = () => Response.json({ success: true, data: { recorded: 1 } });
});

const ask = async (headers: Record<string, string> = {}, of: { shop?: string; scope?: string } = { shop }) =>
  send(get(path, await accessToken(of), headers), { node });
const bodyOf = ({ body }: Received) => JSON.parse(new TextDecoder().decode(body));

describe('an original', () => {
  it('is served to its own shop, without what it said of the place', async () => {
    expect(new TextDecoder().decode(image)).toContain(SECRET);
    const response = await ask();
    expect(response.status).toBe(200);
    const served = new Uint8Array(await response.arrayBuffer());
    expect(new TextDecoder().decode(served)).not.toContain(SECRET);
    // Its pixels, from the quantisation tables to the end.
    const pixels = image.subarray(image.findIndex((byte, i) => byte === 0xff && image[i + 1] === 0xdb));
    expect([...served]).toEqual([0xff, 0xd8, ...pixels]);
  });

  it('comes with headers under which nothing of it can run or be kept by others', async () => {
    const { headers } = await ask();
    expect(headers.get('content-type')).toBe('image/jpeg');
    expect(headers.get('content-disposition')).toMatch(/^inline; filename="[0-9a-f]{16}\.jpg"$/);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('ratelimit')).toContain('"user"');
  });

  it('that is a PDF comes back as it was sent, to be saved and not to be opened', async () => {
    const pdf = new TextEncoder().encode(`%PDF-1.4 ${SECRET}`);
    await send(await postImage({ token: await accessToken({ shop }), image: pdf }), { node });
    path = `/api/v1/images/${await sha256Hex(pdf)}`;
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="[0-9a-f]{16}\.pdf"$/);
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(pdf);
  });

  it('that the client has already is not sent again', async () => {
    const etag = (await ask()).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{64}-1"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await ask({ 'If-None-Match': known });
      expect([response.status, await response.text()]).toEqual([304, '']);
    }
    expect((await ask({ 'If-None-Match': '"other"' })).status).toBe(200);
    expect(node.received).toHaveLength(6);
  });

  it('answers HEAD with the same headers, and without the image', async () => {
    const request = new Request(get(path, await accessToken({ shop })), { method: 'HEAD' });
    const response = await send(request, { node });
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0]);
    expect(response.headers.get('content-length')).toBe((await ask()).headers.get('content-length'));
  });

  it('of another shop is NOT_FOUND, as one that nobody has', async () => {
    const other = await errorOf(await ask({}, { shop: crypto.randomUUID() }));
    path = `/api/v1/images/${'0'.repeat(64)}`;
    const nobodys = await errorOf(await ask());
    expect(other).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(other.message).toBe(nobodys.message);
  });

  it.each(['ocr:write', ''])('is not for the scope "%s"', async (scope) => {
    expect((await errorOf(await ask({}, { shop, scope }))).code).toBe('FORBIDDEN');
    expect(node.received).toHaveLength(0);
  });

  it.each(['x', 'A'.repeat(64), `..%2f${'0'.repeat(61)}`, `${'0'.repeat(64)}%00`])(
    'is not looked for under %s',
    async (hash) => {
      path = `/api/v1/images/${hash}`;
      expect((await ask()).status).toBe(400);
      expect(node.received).toHaveLength(0);
    },
  );

  it('that cannot be cleaned is INVALID_IMAGE, not served as it is', async () => {
    const damaged = image.subarray(0, -2);
    const sha256 = await sha256Hex(damaged);
    await env.IMAGES.put(`shop/${shop}/${sha256}`, damaged);
    path = `/api/v1/images/${sha256}`;
    const response = await ask();
    expect(await response.clone().text()).not.toContain(SECRET);
    expect((await errorOf(response)).code).toBe('INVALID_IMAGE');
  });

  it('from a store that is away is OVERLOADED', async () => {
    const images = { get: () => Promise.reject(new Error('R2 is away')) };
    const response = await send(get(path, await accessToken({ shop })), { node, vars: { IMAGES: images } });
    expect((await errorOf(response)).code).toBe('OVERLOADED');
  });

  it('from a store that does not answer is TIMEOUT', async () => {
    const images = { get: () => new Promise(() => {}) };
    const vars = { IMAGES: images, REQUEST_DEADLINE_MS: '150' };
    const response = await send(get(path, await accessToken({ shop })), { node, vars });
    expect((await errorOf(response)).code).toBe('TIMEOUT');
  });
});

describe('the access log', () => {
  it('is written before the image is served: who, whose, which, from where', async () => {
    const user = crypto.randomUUID();
    const token = await accessToken({ shop, user });
    const headers = {
      'User-Agent': `till/${'4'.repeat(600)}`,
      'CF-Connecting-IP': '2001:db8::7',
      'X-Request-Id': 'request-4711',
    };
    await send(get(path, token, headers), { node });
    const [received, ...more] = node.received;
    expect(more).toEqual([]);
    expect(received).toMatchObject({ method: 'POST', target: IMAGE_ACCESS_TARGET });
    expect(received?.claims).toMatchObject({ sub: user, shop_id: shop, request_id: 'request-4711' });
    expect(bodyOf(received!)).toEqual({
      sha256: await sha256Hex(image),
      action: 'viewed',
      user_agent: headers['User-Agent'].slice(0, 500),
      ip_address: '2001:db8::7',
    });
  });

  it('leaves out an address that is none', async () => {
    await ask({ 'CF-Connecting-IP': "1'; DROP TABLE" });
    expect(bodyOf(node.received[0]!)).not.toHaveProperty('ip_address');
  });

  it('that cannot be written means that nothing is served', async () => {
    node.state = 'down';
    expect((await errorOf(await ask())).code).toBe('NETWORK_ERROR');
    node.state = 'up';
    node.respond = () => node.failure(new OcrError('OVERLOADED', { message: 'The database does not answer' }));
    const response = await ask();
    expect(await response.clone().text()).not.toContain('JFIF');
    expect((await errorOf(response)).code).toBe('OVERLOADED');
    node.respond = () => new Response('nginx', { status: 200 });
    expect((await errorOf(await ask())).code).toBe('NETWORK_ERROR');
  });

  it('knows of what was asked for in vain, and a failure of that is only logged', async () => {
    await ask({}, { shop: crypto.randomUUID() });
    expect(bodyOf(node.received[0]!)).toMatchObject({ action: 'denied', sha256: await sha256Hex(image) });
    node.state = 'down';
    expect((await ask({}, { shop: crypto.randomUUID() })).status).toBe(404);
    expect(lines.join()).toContain('denied_access_not_logged');
  });
});

describe('storing', () => {
  it('keeps the time of the first upload, and sends the image once', async () => {
    const key = `shop/${shop}/${await sha256Hex(image)}`;
    const first = await env.IMAGES.head(key);
    expect(Date.parse(first?.customMetadata?.uploaded_at ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(first?.checksums.sha256).toBeDefined();
    const put = vi.spyOn(env.IMAGES, 'put');
    node.respond = (received) => node.result(received.body);
    await send(await postImage({ token: await accessToken({ shop }), image, query: '?type=receipt' }), { node });
    expect(node.received).toHaveLength(1);
    expect(put).not.toHaveBeenCalled();
    expect((await env.IMAGES.head(key))?.version).toBe(first?.version);
  });

  it('writes one shop in one spelling', async () => {
    const other = photo('');
    await send(await postImage({ token: await accessToken({ shop: shop.toUpperCase() }), image: other }), { node });
    expect(await env.IMAGES.head(`shop/${shop}/${await sha256Hex(other)}`)).not.toBeNull();
  });
});
