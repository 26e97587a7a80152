import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiError, type ClientOptions, isConnectionFailure, OcrClient } from './ocr-client.ts';
import { breaks, fails, hangs, type ScriptedServer, startScriptedServer, succeeds } from './scripted-server.fixture.ts';

const QUICK = { baseMs: 1, maxMs: 5 };
const LARGE = new Uint8Array(randomBytes(60_000));
const SMALL = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...randomBytes(40)]);
const RESULT = { id: 'a', image: { sha256: 'x', format: 'jpeg', size_bytes: 60_000 } };
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server?.stop());
beforeEach(() => {
  server.asked.length = 0;
  server.script = [succeeds(RESULT)];
});

function clientOf(options: Partial<ClientOptions> = {}): OcrClient {
  return new OcrClient({ baseUrl: server.url, token: 't', retry: QUICK, ...options });
}

const pathsAsked = () => server.asked.map(({ method, path }) => `${method} ${path}`);
const errorOf = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => Promise.reject(new Error('it succeeded')),
    (error) => error,
  );

test.each(['ocr.example.org', 'ftp://a', 'https://a/api', 'https://a?x', 'https://u:p@a', '', 'https://a b'])(
  'baseUrl %j is refused with what to write',
  (baseUrl) => expect(() => new OcrClient({ baseUrl, token: 't' })).toThrow(/https:\/\/ocr\.example\.org/),
);

describe('hash first', () => {
  test('what is known is one request, and nothing is sent', async () => {
    const told: object[] = [];
    const image = new Blob([LARGE]);
    const client = clientOf();
    expect(await client.process(image, { type: 'receipt' }, { onUploadProgress: (p) => told.push(p) })).toEqual(RESULT);
    const sha256 = createHash('sha256').update(LARGE).digest('hex');
    expect(pathsAsked()).toEqual([`GET /api/v1/ocr/results/by-hash/${sha256}?type=receipt`]);
    expect(told).toEqual([{ loaded: 60_000, total: 60_000 }]);
  });

  test('what is not known is sent', async () => {
    server.script = [fails(404, 'NOT_FOUND'), succeeds(RESULT)];
    await clientOf().process(LARGE);
    expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(server.asked[1]!.body.equals(LARGE)).toBe(true);
    expect(server.asked[1]!.headers).not.toHaveProperty('idempotency-key');
  });

  test('a failure that the image meets every time is thrown, and a token that may only write sends', async () => {
    server.script = [fails(422, 'LOW_QUALITY'), fails(403, 'FORBIDDEN'), succeeds(RESULT)];
    expect(await errorOf(clientOf().process(LARGE))).toMatchObject({ code: 'LOW_QUALITY', status: 422 });
    expect(await clientOf().process(LARGE)).toEqual(RESULT);
    expect(server.asked).toHaveLength(3);
  });

  test('is left out for small images, when switched off, and where nothing can hash', async () => {
    await clientOf().process(SMALL);
    await clientOf({ hashFirst: false }).process(LARGE);
    await clientOf({ hashFirst: { minBytes: 0 } }).process(SMALL);
    expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET']);
    expect(server.asked[0]!.headers['content-type']).toBe('image/jpeg');
  });

  test('a small image whose answer was lost is asked for by its hash before it is sent again', async () => {
    server.script = [breaks, succeeds(RESULT)];
    expect(await clientOf().process(SMALL)).toEqual(RESULT);
    expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });
});

describe('tries', () => {
  test.each([
    [503, 'OVERLOADED', 4],
    [429, 'RATE_LIMITED', 4],
    [500, 'INTERNAL', 4],
    [400, 'INVALID_REQUEST', 1],
    [404, 'NOT_FOUND', 1],
    [409, 'CONFLICT', 1],
  ])('%i %s is tried %i times', async (status, code, times) => {
    server.script = [fails(status, code)];
    expect(await errorOf(clientOf().job('j'))).toMatchObject({ code, status });
    expect(server.asked).toHaveLength(times);
  });

  test('a connection that breaks is tried again, and told as such in the end', async () => {
    server.script = [breaks, breaks, succeeds({ job_id: 'j' })];
    expect(await clientOf().job('j')).toEqual({ job_id: 'j' });
    server.script = [breaks];
    const error = await errorOf(clientOf().job('j'));
    expect(isConnectionFailure(error)).toBe(true);
    expect(error).toMatchObject({ code: 'NETWORK_ERROR', status: 0, details: { retryable: true } });
    expect(isConnectionFailure(await errorOf(clientOf({ baseUrl: 'http://127.0.0.1:1' }).health()))).toBe(true);
  });

  test('an answer that does not come in time is one', async () => {
    server.script = [hangs, succeeds({ job_id: 'j' })];
    expect(await clientOf({ timeoutMs: 50 }).job('j')).toEqual({ job_id: 'j' });
    server.script = [hangs];
    const error = await errorOf(clientOf({ timeoutMs: 20, retry: { attempts: 1 } }).job('j'));
    expect(error).toMatchObject({ code: 'TIMEOUT', status: 0 });
  });

  test('Retry-After is waited for, unless it is longer than anybody waits', async () => {
    server.script = [fails(429, 'RATE_LIMITED', { retryAfter: '1' }), succeeds({})];
    const began = performance.now();
    await clientOf().job('j');
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
    server.script = [fails(429, 'QUOTA_EXCEEDED', { retryAfter: '3600' })];
    expect(await errorOf(clientOf().job('j'))).toMatchObject({ code: 'QUOTA_EXCEEDED', retryAfterSeconds: 3600 });
    expect(server.asked).toHaveLength(3);
  });

  test('what a repeat would do twice goes under one key each', async () => {
    server.script = [breaks, fails(409, 'CONFLICT', { details: { in_progress: true } }), succeeds({ id: 'r' })];
    const client = clientOf();
    await client.addReceipt(SMALL, { purchase_date: '2026-11-30' });
    await client.correct('../x', { total: 1 });
    await client.processAsync(SMALL, {}, { idempotencyKey: 'own' });
    const keys = server.asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys.slice(0, 3)).toEqual(Array(3).fill(keys[0]));
    expect(new Set(keys).size).toBe(3);
    expect(keys[4]).toBe('own');
    expect(server.asked[0]!.path).toBe('/api/v1/receipts?purchase_date=2026-11-30');
    expect(server.asked[3]!.path).toBe('/api/v1/ocr/results/..%2Fx/corrections');
    expect(JSON.parse(server.asked[3]!.body.toString())).toEqual({ fields: { total: 1 } });
  });

  test('aborting ends a request, a pause and what was not begun, with the caller’s reason', async () => {
    server.script = [hangs];
    const reason = new Error('enough');
    const aborter = new AbortController();
    const [hung, paused] = [clientOf(), clientOf({ retry: { attempts: 9, baseMs: 60_000, maxMs: 60_000 } })];
    const waiting = errorOf(hung.job('j', { signal: aborter.signal }));
    await expect.poll(() => server.asked.length).toBe(1);
    server.script = [fails(503, 'OVERLOADED')];
    const pausing = errorOf(paused.job('j', { signal: aborter.signal }));
    await expect.poll(() => server.asked.length).toBe(2);
    aborter.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await pausing).toBe(reason);
    expect(await errorOf(hung.process(LARGE, {}, { signal: aborter.signal }))).toBe(reason);
    expect(server.asked).toHaveLength(2);
  });
});

test('an expired token is asked for once more, and then believed to be refused', async () => {
  const refused: (string | undefined)[] = [];
  const token = (old?: string) => {
    refused.push(old);
    return `token-${refused.length}`;
  };
  server.script = [fails(401, 'UNAUTHORIZED'), succeeds({ job_id: 'j' }), fails(401, 'UNAUTHORIZED')];
  const client = clientOf({ token });
  await client.job('j');
  expect(refused).toEqual([undefined, 'token-1']);
  expect(server.asked[1]!.headers.authorization).toBe('Bearer token-2');
  expect(await errorOf(client.job('j'))).toMatchObject({ code: 'UNAUTHORIZED' });
  expect(await errorOf(clientOf().job('j'))).toMatchObject({ code: 'UNAUTHORIZED' });
  expect(server.asked).toHaveLength(5);
});

test.each([
  [200, 'text/html', '<html>Sign in to the Wi-Fi', 'NETWORK_ERROR', true],
  [502, 'text/html', 'Bad Gateway', 'NETWORK_ERROR', true],
  [404, 'text/plain', 'no such page', 'NOT_FOUND', false],
  [200, 'application/json', '{"ready":true}', 'NETWORK_ERROR', true],
  [413, 'application/json', 'null', 'IMAGE_TOO_LARGE', false],
])('%i with %s %j is told as no answer of this API', async (status, type, text, code, retryable) => {
  server.script = [(response) => void response.writeHead(status, { 'content-type': type }).end(text)];
  const error = await errorOf(clientOf({ retry: { attempts: 1 } }).health());
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ code, status, details: { retryable } });
  expect(error.message).toContain(`status ${status}, ${type}`);
  expect(error.details.suggestion).toContain('baseUrl');
});

test('a reading that goes on as a job is waited for', async () => {
  server.script = [
    fails(408, 'TIMEOUT', { details: { job_id: 'j' } }),
    (response, { path }) => {
      if (path.startsWith('/api/v1/ocr/events')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"event":"position","id":"1-0"}\n\n');
      } else succeeds({ status: 'completed', result: RESULT })(response, server.asked[0]!);
    },
  ];
  expect(await clientOf().process(SMALL)).toEqual(RESULT);
  expect(server.asked.some(({ path }) => path === '/api/v1/ocr/jobs/j')).toBe(true);
});

test('a batch is one form with the images in their order', async () => {
  const told: { loaded: number; total: number }[] = [];
  const images = [SMALL, LARGE];
  await clientOf().batch(images, { type: 'receipt' }, { onUploadProgress: (progress) => told.push(progress) });
  const { headers, body } = server.asked[0]!;
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type']! },
  }).formData();
  expect(form.get('type')).toBe('receipt');
  const sent = await Promise.all(form.getAll('images').map(async (file) => (file as File).bytes()));
  expect(sent).toEqual(images);
  expect(told.at(-1)).toEqual({ loaded: body.byteLength, total: body.byteLength });
  expect(told.map(({ loaded }) => loaded)).toEqual(told.map(({ loaded }) => loaded).toSorted((a, b) => a - b));
});
