import { env } from 'cloudflare:workers';
import { BATCH_MEDIA_TYPE, decodeBatch } from '@edge-ocr/shared/batch-body';
import { OcrError } from '@edge-ocr/shared/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from './digest.ts';
import { accessToken, dataOf, errorOf, jpeg, ORIGIN, postImage, SHOP, send } from './testing/client.ts';
import { freshNode, type Received, type StandInNode } from './testing/stand-in-node.ts';

const BATCH_ID = '0199d0a2-5a8e-7f0a-9d44-3f4b7f0e9a01';
const pdfWithoutEnd = new TextEncoder().encode('plain text, no image at all');
let node: StandInNode;
let token: string;
beforeEach(async () => {
  node = freshNode();
  node.respond = answerBatch;
  token = await accessToken();
});

/** A node's answer: every image read, unless its last byte says which error it meets. */
async function answerBatch({ body, target }: Received): Promise<Response> {
  if (!target.startsWith('/api/v1/ocr/batch')) return node.result(body);
  const images = decodeBatch(body, 10);
  const results = await Promise.all(
    images.map(async (image, index) => {
      if (image.at(-1) === 99) {
        const { error } = new OcrError('INVALID_IMAGE').toEnvelope('the-node-side-id');
        return { index, success: false, error };
      }
      const { data } = await node.result(image).json<{ data: object }>();
      return { index, success: true, result: data };
    }),
  );
  const data = { batch_id: BATCH_ID, total_images: images.length, processed_images: 0, results, processing_time_ms: 7 };
  return Response.json({ success: true, data }, { headers: { 'x-model-version': node.modelVersion } });
}

interface BatchPost {
  readonly fields?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly vars?: Record<string, unknown>;
  readonly field?: string;
}

async function batch(images: readonly Uint8Array[], { fields = {}, headers, vars, field = 'images' }: BatchPost = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const image of images) form.append(field, new File([image], 'photo.jpg'));
  const request = new Request(`${ORIGIN}/api/v1/ocr/batch`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, ...headers },
    body: form,
  });
  return await send(request, { node, ...(vars && { vars }) });
}

interface ImageResult {
  readonly index: number;
  readonly success: boolean;
  readonly result?: { readonly text: string; readonly cache: string; readonly id: string };
  readonly error?: { readonly code: string; readonly details: Record<string, unknown> };
}

async function resultsOf(response: Response): Promise<ImageResult[]> {
  return (await dataOf(response)).results as ImageResult[];
}

const bad = () => {
  const image = jpeg();
  image[63] = 99;
  return image;
};

describe('a batch', () => {
  it('goes to one node as one request, and comes back in order with each image’s own outcome', async () => {
    const images = [jpeg(50), bad(), jpeg(60), pdfWithoutEnd, new Uint8Array(0), jpeg(70)];
    const response = await batch(images, { fields: { type: 'receipt' } });
    const data = await dataOf(response);
    expect(data).toMatchObject({ batch_id: BATCH_ID, total_images: 6, processed_images: 3, processing_time_ms: 7 });
    const results = data.results as ImageResult[];
    expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(results.map(({ result, error }) => result?.text ?? error?.code)).toEqual([
      '50 bytes',
      'INVALID_IMAGE',
      '60 bytes',
      'UNSUPPORTED_TYPE',
      'INVALID_REQUEST',
      '70 bytes',
    ]);
    expect(results[1]?.error?.details.request_id).toBe(response.headers.get('x-request-id'));
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    const [received, ...more] = node.received;
    expect(more).toEqual([]);
    expect(received?.target).toContain('/api/v1/ocr/batch?type=receipt&');
    expect(received?.headers.get('content-type')).toBe(BATCH_MEDIA_TYPE);
    expect(decodeBatch(received!.body, 10)).toEqual([images[0], images[1], images[2], images[5]]);
    expect(received?.claims.job_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('is told a deadline a little before the client’s', async () => {
    const latest = Date.now() + 30_000;
    await batch([jpeg()]);
    const told = Number(node.received[0]?.headers.get('x-deadline'));
    expect(told).toBeLessThan(latest);
    expect(told).toBeGreaterThan(latest - 2000);
  });

  it('asks for what no cache knows, and fills them for single images and the other way round', async () => {
    const [known, fresh, broken] = [jpeg(), jpeg(), bad()];
    const single = await dataOf(await send(await postImage({ token, image: known }), { node }));
    const results = await resultsOf(await batch([fresh, known, fresh, broken]));
    expect(results.map(({ result }) => result?.cache)).toEqual(['miss', 'hit', 'hit', undefined]);
    expect(results[1]?.result).toEqual({ ...single, cache: 'hit' });
    expect(results[2]?.result?.id).toBe(results[0]?.result?.id);
    expect(decodeBatch(node.received.at(-1)!.body, 10)).toEqual([fresh, broken]);

    const later = await send(await postImage({ token, image: fresh }), { node });
    expect((await dataOf(later)).id).toBe(results[0]?.result?.id);
    const again = await resultsOf(await batch([known, fresh, broken]));
    expect(again.map(({ result, error }) => result?.cache ?? error?.code)).toEqual(['hit', 'hit', 'INVALID_IMAGE']);
    expect(node.received).toHaveLength(2);
  });

  it('is kept in R2, what is an image of it', async () => {
    const shop = crypto.randomUUID();
    token = await accessToken({ shop });
    const images = [jpeg(), pdfWithoutEnd];
    await batch(images);
    const stored = await Promise.all(
      images.map(async (image) => env.IMAGES.head(`shop/${shop}/${await sha256Hex(image)}`)),
    );
    expect(stored.map((object) => object !== null)).toEqual([true, false]);
  });

  it('of bad images alone reaches no node', async () => {
    const results = await resultsOf(await batch([pdfWithoutEnd, pdfWithoutEnd]));
    expect(results.map(({ error }) => error?.code)).toEqual(['UNSUPPORTED_TYPE', 'UNSUPPORTED_TYPE']);
    expect(node.received).toHaveLength(0);
  });
});

describe('a node that fails', () => {
  it('fails the batch when there is nothing else to tell', async () => {
    node.respond = () => node.failure(new OcrError('OVERLOADED'), { 'Retry-After': '3' });
    const response = await batch([jpeg(), pdfWithoutEnd]);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3']);
  });

  it('fails what it was asked for when other images are known', async () => {
    const known = jpeg();
    await send(await postImage({ token, image: known }), { node });
    node.respond = () => node.failure(new OcrError('OVERLOADED'));
    const results = await resultsOf(await batch([jpeg(), known]));
    expect(results.map(({ result, error }) => result?.cache ?? error?.code)).toEqual(['OVERLOADED', 'hit']);
  });

  it.each([
    ['too few results', []],
    ['another order', [{ index: 1, success: true, result: {} }]],
    ['no error in a failure', [{ index: 0, success: false }]],
  ])('by %s is NETWORK_ERROR', async (_, results) => {
    node.respond = () => Response.json({ success: true, data: { batch_id: BATCH_ID, processing_time_ms: 1, results } });
    expect((await errorOf(await batch([jpeg()]))).code).toBe('NETWORK_ERROR');
  });
});

describe('limits', () => {
  it('count every image; those beyond have their own refusal, and the rest is read', async () => {
    token = await accessToken({ shop: SHOP, user: crypto.randomUUID() });
    const vars = { LIMIT_USER_PER_MINUTE: 4, LIMIT_SHOP_PER_HOUR: 1_000_000, QUOTA_SHOP_PER_DAY: 1_000_000 };
    const response = await batch([jpeg(), jpeg()], { vars });
    expect(response.headers.get('ratelimit')).toContain('"user";r=2;');
    const results = await resultsOf(await batch([jpeg(), jpeg(), jpeg(), jpeg()], { vars }));
    expect(results.map(({ error }) => error?.code)).toEqual([undefined, undefined, 'RATE_LIMITED', 'RATE_LIMITED']);
    expect((await errorOf(await batch([jpeg()], { vars }))).code).toBe('RATE_LIMITED');
  });

  it('refuse the whole of a batch with an Idempotency-Key, which may not change', async () => {
    const vars = { LIMIT_USER_PER_MINUTE: 2 };
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    expect((await errorOf(await batch([jpeg(), jpeg(), jpeg()], { vars, headers }))).code).toBe('RATE_LIMITED');
    expect(node.received).toHaveLength(0);
  });
});

describe('with an Idempotency-Key', () => {
  it('it goes to the node as it came, past the caches and with its bad images', async () => {
    const image = jpeg();
    await batch([image]);
    const headers = { 'Idempotency-Key': 'order-17' };
    await batch([image, pdfWithoutEnd], { headers });
    const received = node.received.at(-1)!;
    expect(received.headers.get('idempotency-key')).toBe('order-17');
    expect(decodeBatch(received.body, 10)).toEqual([image, pdfWithoutEnd]);
    expect(node.received).toHaveLength(2);
  });
});

describe('what is no batch', () => {
  it.each([
    ['no file', []],
    ['too many files', Array.from({ length: 11 }, () => jpeg(16))],
  ])('%s is INVALID_REQUEST', async (_, images) => {
    expect((await errorOf(await batch(images))).code).toBe('INVALID_REQUEST');
    expect(node.received).toHaveLength(0);
  });

  it('an unknown field, option or place of a file is INVALID_REQUEST', async () => {
    expect((await errorOf(await batch([jpeg()], { fields: { typ: 'receipt' } }))).code).toBe('INVALID_REQUEST');
    expect((await errorOf(await batch([jpeg()], { field: 'image' }))).code).toBe('INVALID_REQUEST');
    expect(node.received).toHaveLength(0);
  });

  it('a bare image is UNSUPPORTED_TYPE', async () => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'image/jpeg' };
    const request = new Request(`${ORIGIN}/api/v1/ocr/batch`, { method: 'POST', headers, body: jpeg() });
    expect((await errorOf(await send(request, { node }))).code).toBe('UNSUPPORTED_TYPE');
  });

  it('images that are larger together than allowed are IMAGE_TOO_LARGE; one that is larger fails alone', async () => {
    const error = await errorOf(await batch([jpeg(50_000), jpeg(50_000)], { vars: { MAX_BATCH_BYTES: 20_000 } }));
    expect(error).toMatchObject({ status: 413, code: 'IMAGE_TOO_LARGE', details: { max_bytes: 20_000 } });
    const results = await resultsOf(await batch([jpeg(5000), jpeg(50)], { vars: { MAX_IMAGE_BYTES: 2000 } }));
    expect(results.map(({ error }) => error?.code)).toEqual(['IMAGE_TOO_LARGE', undefined]);
  });

  it('needs the scope to write', async () => {
    token = await accessToken({ scope: 'ocr:read' });
    expect((await errorOf(await batch([jpeg()]))).code).toBe('FORBIDDEN');
  });
});
