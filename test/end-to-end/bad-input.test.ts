import { ERROR_CATALOGUE, type ErrorCode } from '@edge-ocr/shared/errors';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as bad from '../fixtures/bad-input.ts';
import { type Answer, ApiClient, call, dataOf, errorOf, PROCESS_PATH, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';

let stack: TestStack;
let api: ApiClient;
let good: Buffer;
beforeAll(async () => {
  stack = await startTestStack({ edgeVars: { LIMIT_USER_PER_MINUTE: '1000' } });
  api = new ApiClient(stack.edgeUrl, await stack.token());
  good = await readFixture('format-grey.jpg');
});
afterAll(() => stack?.stop());

afterEach(async () => {
  const health = dataOf(await call(`${stack.edgeUrl}/api/v1/health`));
  expect(health.execution_provider).toMatch(/^(cpu|cuda)$/);
  expect(health).toMatchObject({ status: 'healthy', queue_status: { processing_jobs: 0 } });
});

/** What every failure owes its client, whatever went wrong. */
function expectFailure(answer: Answer, code: ErrorCode): void {
  const error = errorOf(answer);
  expect([answer.status, error.code]).toEqual([ERROR_CATALOGUE[code].status, code]);
  expect(error.details.suggestion).toMatch(/^[A-Z].{9,}\.$/s);
  expect(error.details.retryable).toBe(ERROR_CATALOGUE[code].retryable);
  expect(error.details.request_id).toBe(answer.headers.get('x-request-id'));
  expect(error.details.request_id).toMatch(/^[\w.-]{8,100}$/);
  expect(answer.headers.get('cache-control')).toContain('no-store');
  expect(JSON.stringify(answer.body)).not.toMatch(/\\n *at |node_modules|\/src\/|vips|sharp/i);
}

const jpegWith = (...headers: [string, string][]): RequestInit => ({
  method: 'POST',
  headers: Object.fromEntries([['content-type', 'image/jpeg'], ...headers]),
  body: new Uint8Array(good),
});

describe('who is asking', () => {
  it('nobody, without a token', async () => {
    const answer = await new ApiClient(stack.edgeUrl, null).send(PROCESS_PATH, jpegWith());
    expectFailure(answer, 'UNAUTHORIZED');
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it.each([
    ['an expired token', { lifetimeSeconds: -60 }],
    ['a token whose shop is no UUID', { shopId: 'every-shop' }],
    ['a token without a user', { userId: '' }],
  ])('nobody, with %s', async (_, request) => {
    const client = new ApiClient(stack.edgeUrl, await stack.token(request));
    expectFailure(await client.postFile(good), 'UNAUTHORIZED');
  });

  it.each(['x', 'a.b.c', `${'e'.repeat(5000)}`])('nobody, with the made-up token %.5s', async (token) => {
    expectFailure(await new ApiClient(stack.edgeUrl, token).postFile(good), 'UNAUTHORIZED');
  });

  it('nobody, with a token that a stranger has changed', async () => {
    const [header, , signature] = (await stack.token()).split('.');
    const [, payload] = (await stack.token({ shopId: crypto.randomUUID() })).split('.');
    const forged = new ApiClient(stack.edgeUrl, `${header}.${payload}.${signature}`);
    expectFailure(await forged.postFile(good), 'UNAUTHORIZED');
  });

  it('somebody who may only read', async () => {
    const reader = new ApiClient(stack.edgeUrl, await stack.token({ scope: 'ocr:read' }));
    expectFailure(await reader.postFile(good), 'FORBIDDEN');
    expectFailure(await reader.send('/api/v1/metrics'), 'FORBIDDEN');
  });

  it('another shop, for a result that is not its own', async () => {
    const { id } = resultOf(await api.postFile(good, { type: 'receipt' }));
    const stranger = new ApiClient(stack.edgeUrl, await stack.token({ shopId: crypto.randomUUID() }));
    expectFailure(await stranger.send(`/api/v1/ocr/results/${id}`), 'NOT_FOUND');
  });
});

describe('an image', () => {
  const images: [string, () => Uint8Array | Promise<Uint8Array>, ErrorCode][] = [
    ['an empty body', bad.emptyBody, 'INVALID_REQUEST'],
    ['11 MB', bad.oversizedBody, 'IMAGE_TOO_LARGE'],
    ['text named .jpg', bad.textNamedJpg, 'UNSUPPORTED_TYPE'],
    ['a PDF without pages', () => Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'), 'INVALID_IMAGE'],
    ['a truncated JPEG', bad.truncatedJpeg, 'INVALID_IMAGE'],
    ['garbage after the magic bytes', bad.garbageJpeg, 'INVALID_IMAGE'],
    ['a PNG of 1 × 30,000', bad.onePixelWidePng, 'INVALID_IMAGE'],
    ['a PNG header of 30,000 × 30,000', bad.hugeHeaderPng, 'IMAGE_TOO_LARGE'],
    ['a decompression bomb', bad.decompressionBomb, 'IMAGE_TOO_LARGE'],
    ['a PNG of no width', bad.zeroDimensionPng, 'INVALID_IMAGE'],
    ['a PNG with a wrong bit', bad.corruptPng, 'INVALID_IMAGE'],
    ['4 × 4 pixels', bad.tinyJpeg, 'LOW_QUALITY'],
  ];

  /** Kept for the last test, because some take seconds to make. */
  const made = new Map<string, Uint8Array>();

  it.each(images)('of %s is refused, as bare file and as form', async (name, make, code) => {
    const bytes = await make();
    made.set(name, bytes);
    expectFailure(await api.postFile(bytes), code);
    expectFailure(await api.postForm({ image: bytes, type: 'receipt' }), code);
  });

  it('whose data go on for 60 MB after its last row is not read on', async () => {
    const answer = await api.postFile(bad.overfullPng(), {}, 'image/png');
    // What there is of it is black: too dark, as far as anybody can tell.
    if (answer.status === 422 && errorOf(answer).code === 'LOW_QUALITY') expectFailure(answer, 'LOW_QUALITY');
    else expectFailure(answer, 'INVALID_IMAGE');
  });

  it('good is read beside bad ones', async () => {
    const sending = [...made.values()].map((bytes) => api.postFile(bytes, { type: 'invoice' }));
    const read = await api.postFile(good, { type: 'invoice' });
    expect(resultOf(read).text).toContain('TOTAL 2.40');
    const statuses = (await Promise.all(sending)).map(({ status }) => status);
    expect(statuses).toEqual(images.map(([, , code]) => ERROR_CATALOGUE[code].status));
  });
});

describe('a request', () => {
  const options: [string, string][] = [
    ['colour', 'red'],
    ['confidence_threshold', '-0.5'],
    ['confidence_threshold', '2'],
    ['confidence_threshold', 'high'],
    ['language', 'klingon'],
    ['type', 'poem'],
    ['extract_barcodes', 'maybe'],
  ];

  it.each(options)('with %s=%s is refused, as bare file and as form', async (name, value) => {
    for (const answer of [
      await api.postFile(good, { [name]: value }),
      await api.postForm({ image: good, [name]: value }),
    ]) {
      expectFailure(answer, 'INVALID_REQUEST');
      expect(errorOf(answer).message).toContain(name);
    }
  });

  it('with two images is refused', async () => {
    expectFailure(await api.postForm({ image: [good, good] }), 'INVALID_REQUEST');
    expectFailure(await api.postForm({ image: good, second: good }), 'INVALID_REQUEST');
  });

  it('with one option twice is refused', async () => {
    const twice = await api.send(`${PROCESS_PATH}?type=receipt&type=product`, jpegWith());
    expectFailure(twice, 'INVALID_REQUEST');
  });

  it.each([
    ['no image', { type: 'receipt' }],
    ['an image that is text', { image: 'photo.jpg' }],
  ])('with %s in its form is refused', async (_, fields) => {
    expectFailure(await api.postForm(fields), 'INVALID_REQUEST');
  });

  it('with a broken form is refused', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    expectFailure(await api.send(PROCESS_PATH, { method: 'POST', headers, body: '--y\r\nrubbish' }), 'INVALID_REQUEST');
  });

  it('with JSON in place of an image is refused', async () => {
    const answer = await api.send(PROCESS_PATH, jpegWith(['content-type', 'application/json']));
    expectFailure(answer, 'UNSUPPORTED_TYPE');
  });

  it('to nowhere, or by the wrong method, is refused', async () => {
    expectFailure(await api.send('/api/v1/ocr/nowhere'), 'NOT_FOUND');
    expectFailure(await api.send(PROCESS_PATH), 'INVALID_REQUEST');
    expectFailure(await api.send('/api/v1/ocr/results/1'), 'INVALID_REQUEST');
    expectFailure(await api.send('/api/v1/ocr/results?cursor=bm9uc2Vuc2U'), 'INVALID_REQUEST');
  });
});

describe('too much', () => {
  it('is RATE_LIMITED with the time to wait, for that user alone', async () => {
    const hasty = await startLimited();
    try {
      const client = new ApiClient(hasty.edgeUrl, await hasty.token());
      const statuses: number[] = [];
      for (let i = 0; i < 3; i++) statuses.push((await client.send('/api/v1/ocr/results')).status);
      expect(statuses).toEqual([200, 200, 429]);
      const answer = await client.send('/api/v1/ocr/results');
      expectFailure(answer, 'RATE_LIMITED');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      const colleague = new ApiClient(hasty.edgeUrl, await hasty.token({ userId: crypto.randomUUID() }));
      expect((await colleague.send('/api/v1/ocr/results')).status).toBe(200);
    } finally {
      await hasty.stop();
    }
  });
});

const startLimited = () => startTestStack({ edgeVars: { LIMIT_USER_PER_MINUTE: '2' } });

it('after all of it a good image is still read', async () => {
  expect(resultOf(await api.postFile(good, { confidence_threshold: '0.1' })).text).toContain('TOTAL 2.40');
});
