import { exports } from 'cloudflare:workers';
import { ROUTES } from '@edge-ocr/shared/routes';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { continueTrace, requestIdOf } from './identify-request.ts';
import { captureLog } from './testing/capture-log.ts';
import { accessToken, errorOf, get, ORIGIN, postImage, send } from './testing/client.ts';
import { StandInNode, standIn } from './testing/stand-in-node.ts';

let node: StandInNode;
let lines: string[];
beforeEach(() => {
  vi.restoreAllMocks();
  lines = captureLog();
  node = new StandInNode();
  standIn(node);
});

describe('every answer', () => {
  it('carries the request id and the security headers, an error too', async () => {
    for (const path of ['/openapi.json', '/nowhere', '/api/v1/ocr/results']) {
      const response = await send(get(path, undefined, { 'X-Request-Id': 'request-4711' }), { node });
      expect(response.headers.get('x-request-id')).toBe('request-4711');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('x-frame-options')).toBe('DENY');
    }
  });

  it('is the same through the Worker’s own entry', async () => {
    const response = await exports.default.fetch(`${ORIGIN}/nowhere`);
    expect((await errorOf(response)).code).toBe('NOT_FOUND');
  });

  it('is a page of the web client where a browser opens one of its addresses', async () => {
    for (const path of [
      '/history',
      '/history/00000000-0000-4000-8000-000000000001',
      '/receipts',
      '/operations',
      '/queue',
    ]) {
      const response = await exports.default.fetch(ORIGIN + path);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(await response.text()).toContain('<div id="app">');
    }
    expect((await exports.default.fetch(`${ORIGIN}/history/a/b`)).status).toBe(404);
  });

  it('tells nothing of what went wrong inside', async () => {
    node.respond = () => {
      throw new Error('password=hunter2 at 10.0.0.7');
    };
    const config = await send(await postImage(), { node, vars: { JWT_SECRET: 'short' } });
    expect(JSON.stringify(await errorOf(config))).not.toContain('JWT_SECRET');
    const failed = await send(await postImage(), { node });
    expect(await failed.text()).not.toMatch(/hunter2|10\.0\.0\.7|stack/);
    expect(lines.join()).toContain('hunter2');
  });
});

describe('identity of a request', () => {
  it.each(['short', 'has space in it', 'x'.repeat(101), 'new\nline-in-it', 'ünicode-is-not-sane', undefined])(
    '%j is replaced by a UUID',
    (sent) => {
      expect(requestIdOf(sent)).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('continues a valid trace and begins one otherwise', () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(continueTrace(`00-${trace}-00f067aa0ba902b7-00`)).toMatch(
      new RegExp(`^00-${trace}-(?!00f067)[0-9a-f]{16}-00$`),
    );
    for (const bad of [
      undefined,
      'junk',
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `ff-${trace}-00f067aa0ba902b7-01`,
    ]) {
      expect(continueTrace(bad)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      expect(continueTrace(bad)).not.toContain(trace);
    }
  });
});

describe('configuration', () => {
  it.each([
    ['JWT_SECRET', undefined],
    ['JWT_SECRET', 'too short'],
    ['INTERNAL_SECRET', ''],
    ['NODE_URLS', undefined],
    ['NODE_URLS', ' , '],
    ['NODE_URLS', 'http://node.test/base'],
    ['ALLOWED_ORIGINS', 'shop.example'],
    ['MAX_IMAGE_BYTES', 'ten'],
    ['LIMIT_USER_PER_MINUTE', '0'],
    ['REQUEST_DEADLINE_MS', '-1'],
    ['IMAGES', undefined],
    ['UPSTASH_REDIS_REST_TOKEN', undefined],
  ])('with a bad %s (%j) is INTERNAL, and the log names it', async (name, value) => {
    const vars = { UPSTASH_REDIS_REST_URL: name.startsWith('UPSTASH') ? 'https://redis.test' : '', [name]: value };
    const error = await errorOf(await send(await postImage(), { vars: { NODE_URLS: node.url, ...vars } }));
    expect([error.status, error.code]).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(error)).not.toContain(name);
    expect(lines.join()).toContain(name);
    if (value && value.length > 4) expect(lines.join()).not.toContain(value);
  });
});

describe('CORS', () => {
  const vars = { ALLOWED_ORIGINS: 'https://shop.example, https://till.example' };
  const preflight = (origin: string) =>
    new Request(`${ORIGIN}/api/v1/ocr/process`, {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
    });

  it('admits a listed origin, with the headers it needs', async () => {
    const response = await send(preflight('https://till.example'), { node, vars });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://till.example');
    expect(response.headers.get('access-control-allow-headers')).toContain('Authorization');
    const answer = await send(get('/openapi.json', undefined, { Origin: 'https://shop.example' }), { node, vars });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.headers.get('access-control-expose-headers')).toContain('RateLimit');
    const failed = await send(get('/api/v1/ocr/results', undefined, { Origin: 'https://shop.example' }), {
      node,
      vars,
    });
    expect(failed.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  });

  it.each(['https://evil.example', 'https://shop.example.evil.example', 'null'])('admits no %s', async (origin) => {
    expect((await send(preflight(origin), { node, vars })).headers.has('access-control-allow-origin')).toBe(false);
  });

  it('admits nobody by default', async () => {
    const response = await send(preflight('https://shop.example'), { node });
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('a route', () => {
  const planned = ROUTES.filter((route) => route.status === 'planned');

  it.each(planned.map((route) => [route.method, route.path] as const))(
    '%s %s is planned and says so',
    async (method, path) => {
      const request = new Request(ORIGIN + path.replace(/\{\w+\}/, 'something'), { method });
      const response = await send(request, { node });
      expect(response.status).toBe(404);
      if (method !== 'head') expect((await errorOf(response)).details.suggestion).toContain('does not offer it yet');
    },
  );

  it('that is unknown is NOT_FOUND', async () => {
    expect((await errorOf(await send(get('/api/v1/unknown'), { node }))).code).toBe('NOT_FOUND');
  });

  it('under another method is INVALID_REQUEST with Allow', async () => {
    const response = await send(get('/api/v1/ocr/process', await accessToken()), { node });
    expect(response.headers.get('allow')).toBe('POST');
    expect((await errorOf(response)).code).toBe('INVALID_REQUEST');
    const removed = new Request(`${ORIGIN}/api/v1/ocr/results`, { method: 'DELETE' });
    expect((await send(removed, { node })).headers.get('allow')).toBe('GET');
  });
});
