import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeHeic } from '../../gpu-node/src/decode/heic.ts';
import { markedImages, SECRET } from '../fixtures/marked.ts';
import { pdfOf, protectedPdf, textAt } from '../fixtures/pdf.ts';
import { heicPath } from '../fixtures/truth.ts';
import { ApiClient, errorOf, readFixture, resultOf } from './api-client.ts';
import { startTestStack, type TestStack } from './stack.ts';
import { stackDatabase } from './stack-database.ts';

const LIMITS = { maxPixels: 1e7, maxSide: 1e4, minSide: 1, maxAspectRatio: 30, decodeTimeoutSeconds: 10 };
const shopId = randomUUID();
const userId = randomUUID();

let stack: TestStack;
let db: Database;
let api: ApiClient;
let token: string;
let otherShop: ApiClient;
beforeAll(async () => {
  stack = await startTestStack();
  db = await stackDatabase(stack.dataDir);
  token = await stack.token({ shopId, userId });
  api = new ApiClient(stack.edgeUrl, token);
  otherShop = new ApiClient(stack.edgeUrl, await stack.token({ shopId: randomUUID() }));
});
afterAll(async () => {
  await db?.close();
  await stack?.stop();
});

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const pathOf = (bytes: Uint8Array) => `/api/v1/images/${hashOf(bytes)}`;

/** The original is put beside the answer, so the first look may come too early. */
async function original(bytes: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  const ask = () => fetch(stack.edgeUrl + pathOf(bytes), { headers: { authorization: `Bearer ${token}`, ...headers } });
  let response = await ask();
  for (let tries = 0; response.status === 404 && tries < 50; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    response = await ask();
  }
  return response;
}

async function logOf(bytes: Uint8Array, action: string) {
  const text = 'SELECT * FROM image_access_log WHERE image_sha256 = $1 AND action = $2 ORDER BY id';
  return (await db.query(text, [hashOf(bytes), action])).rows;
}

describe('a PDF', () => {
  const lines = ['ACME TRADING LTD', 'Invoice number 42017', 'Total due 1234.50'];
  const pages = [
    { content: textAt(lines, { x: 60, y: 700, size: 14 }) },
    { content: textAt(['Terms'], { x: 60, y: 700 }) },
  ];
  const pdf = pdfOf(pages);

  it('is read, bare and as a form, and repeats come from the cache', async () => {
    const first = resultOf(await api.postFile(pdf, { type: 'invoice' }, 'application/pdf'));
    expect(first.text).toBe([...lines, 'Terms'].join('\n'));
    expect(first.pages.map((page) => page.text_source)).toEqual(['pdf', 'pdf']);
    expect(first.image).toMatchObject({ format: 'pdf', sha256: hashOf(pdf) });
    const again = resultOf(await api.postForm({ image: pdf, type: 'invoice' }));
    expect(again).toEqual({ ...first, cache: 'hit' });
  });

  it('comes back as it was, to be saved', async () => {
    const response = await original(pdf);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), pdf)).toBe(0);
  });

  it('under a password is refused with what to do', async () => {
    const answer = await api.postFile(protectedPdf(), { type: 'invoice' }, 'application/pdf');
    expect(answer.status).toBe(422);
    expect(errorOf(answer).details.suggestion).toContain('Remove the password');
  });
});

describe('a HEIC photo from an iPhone', () => {
  let photo: Buffer;
  beforeAll(async () => {
    photo = await readFile(heicPath('format-grid.heic'));
  });

  it.each(['image/heic', 'image/heif', 'image/jpeg', 'application/octet-stream'])(
    'sent as %s is read',
    async (type) => {
      const result = resultOf(await api.postFile(photo, { type: 'receipt' }, type));
      expect(result.text).toContain('CORNER SHOP');
      expect(result.structured.total).toBe(2.4);
      expect(result.image).toMatchObject({ format: 'heic', sha256: hashOf(photo) });
      expect(result.pages).toEqual([{ width: 420, height: 180 }]);
    },
  );

  it('comes back as it was but for what it said of place and camera', async () => {
    const response = await original(photo, { 'x-request-id': 'request-heic', 'user-agent': 'till/4' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/heic');
    const served = Buffer.from(await response.arrayBuffer());
    expect(photo.includes(SECRET)).toBe(true);
    expect(served.includes(SECRET)).toBe(false);
    const { exif, xmp } = await sharp(served).metadata();
    expect([exif, xmp]).toEqual([undefined, undefined]);
    expect(Buffer.compare((await decodeHeic(served, LIMITS)).data, (await decodeHeic(photo, LIMITS)).data)).toBe(0);
  });

  it('is in the access log by then, with who saw it', async () => {
    const rows = await logOf(photo, 'viewed');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      shop_id: shopId,
      user_id: userId,
      request_id: 'request-heic',
      user_agent: 'till/4',
    });
  });

  it('is not there for another shop, and that one’s look is in the log', async () => {
    const error = errorOf(await otherShop.send(pathOf(photo)));
    expect(error.code).toBe('NOT_FOUND');
    await expect.poll(async () => (await logOf(photo, 'denied')).length, { timeout: 10_000 }).toBeGreaterThan(0);
    const denied = (await logOf(photo, 'denied')).filter((row) => row.shop_id !== shopId);
    expect(denied).toHaveLength(1);
    expect(await logOf(photo, 'viewed')).toHaveLength(1);
  });

  it('that is damaged is INVALID_IMAGE', async () => {
    expect(errorOf(await api.postFile(photo.subarray(0, 3000), {}, 'image/heic')).code).toBe('INVALID_IMAGE');
    const empty = Buffer.from(photo).fill(0, 36, 800);
    expect(errorOf(await api.postFile(empty, {}, 'image/heic')).code).toBe('INVALID_IMAGE');
  });
});

describe('an original of another format', () => {
  it.each(['photo.jpg', 'photo.png', 'photo.webp', 'animated.gif', 'place-big-endian.tiff', 'photo.avif'])(
    '%s comes back without its metadata',
    async (name) => {
      const bytes = (await markedImages())[name]!;
      resultOf(await api.postFile(bytes, { type: 'receipt' }));
      const served = Buffer.from(await (await original(bytes)).arrayBuffer());
      expect(bytes.includes(SECRET)).toBe(true);
      expect(served.includes(SECRET)).toBe(false);
      const pixels = (of: Buffer) => sharp(of).autoOrient().raw().toBuffer();
      expect(Buffer.compare(await pixels(served), await pixels(bytes))).toBe(0);
    },
  );

  it('of an image that could not be read is kept, and shown only if it can be cleaned', async () => {
    const cutOff = (await readFixture('receipt-1.jpg')).subarray(0, 20_000);
    expect(errorOf(await api.postFile(cutOff)).code).toBe('INVALID_IMAGE');
    expect((await original(cutOff)).status).toBe(422);
  });
});

describe('retention', () => {
  /** What Cloudflare does once a day, at a time of our choosing. */
  const sweepAt = (time: Date) =>
    fetch(`${stack.edgeUrl}/cdn-cgi/local/scheduled?cron=17+3+*+*+*&time=${time.getTime()}`);
  const days = (count: number) => new Date(Date.now() + count * 86_400_000);

  it('removes what is 90 days old, not what is 89, and logs it as nobody’s deed', async () => {
    const photo = await readFile(heicPath('format.heic'));
    resultOf(await api.postFile(photo, { type: 'receipt' }, 'image/heic'));
    expect((await original(photo)).status).toBe(200);
    expect((await sweepAt(days(89))).status).toBe(200);
    expect((await original(photo)).status).toBe(200);
    expect((await sweepAt(days(90.1))).status).toBe(200);
    expect(errorOf(await api.send(pathOf(photo))).code).toBe('NOT_FOUND');
    const rows = await logOf(photo, 'deleted');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ shop_id: shopId, user_id: null, request_id: expect.stringMatching(/^sweep-/) });
  });
});
