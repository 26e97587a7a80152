import { OcrError } from '@edge-ocr/shared/errors';
import { EMPTY_BODY_SHA256 } from '@edge-ocr/shared/internal';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from './digest.ts';
import { accessToken, dataOf, errorOf, get, jpeg, ORIGIN, postImage, send } from './testing/client.ts';
import { freshNode, type StandInNode } from './testing/stand-in-node.ts';

let node: StandInNode;
let token: string;
let image: Uint8Array;
let path: string;
beforeEach(async () => {
  node = freshNode();
  token = await accessToken();
  image = jpeg();
  path = `/api/v1/ocr/results/by-hash/${await sha256Hex(image)}`;
});

const ask = async (query = '', by = token) => await send(get(path + query, by), { node });
const head = async (query = '', by = token) =>
  await send(new Request(ORIGIN + path + query, { method: 'HEAD', headers: { Authorization: `Bearer ${by}` } }), {
    node,
  });

/** A node that knows nothing of hashes but reads images. */
function nodeWithoutStored(): void {
  node.respond = (received) =>
    received.method === 'POST' ? node.result(received.body) : node.failure(new OcrError('NOT_FOUND'));
}

describe('an image by its hash', () => {
  it('is there after it was posted, for HEAD without a body and for GET as the repeat would be', async () => {
    const posted = await dataOf(await send(await postImage({ token, image, query: '?type=receipt' }), { node }));
    const looked = await head('?type=receipt');
    expect([looked.status, looked.headers.get('x-cache'), await looked.text()]).toEqual([200, 'HIT', '']);
    const response = await ask('?type=receipt');
    expect(await dataOf(response)).toEqual({ ...posted, cache: 'hit' });
    expect(response.headers.get('server-timing')).toMatch(
      /limit;desc="local";dur=.*cache;desc="hit near";dur=.*total;dur=/,
    );
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.has('ratelimit')).toBe(true);
    expect(node.received).toHaveLength(1);
  });

  it.each([
    ['', '?type=product&confidence_threshold=0.8&extract_barcodes=true&language=en'],
    ['?language=en,bn', '?language=bn,en'],
    ['?extract_barcodes=0', '?extract_barcodes=false'],
    ['?confidence_threshold=.5', '?confidence_threshold=0.50'],
  ])('posted with %s is found with %s: options that mean the same are the same', async (posted, asked) => {
    nodeWithoutStored();
    await send(await postImage({ token, image, query: posted }), { node });
    expect((await head(asked)).status).toBe(200);
    expect((await head('?type=invoice')).status).toBe(404);
  });

  it('is asked of a node when no cache knows it, with the hash and options bound to the token, and kept', async () => {
    node.respond = () => node.result(new Uint8Array(3));
    const response = await ask('?type=receipt');
    expect(response.headers.get('x-cache')).toBe('MISS');
    expect((await dataOf(response)).cache).toBe('miss');
    const target = `${path}?type=receipt&confidence_threshold=0.8&extract_barcodes=true&language=en`;
    expect(node.received[0]?.claims).toMatchObject({ method: 'GET', target, body_sha256: EMPTY_BODY_SHA256 });
    const repeat = await send(await postImage({ token, image, query: '?type=receipt' }), { node });
    expect(repeat.headers.get('x-cache')).toBe('HIT');
    expect(node.received).toHaveLength(1);
  });

  it('that nobody knows is NOT_FOUND, and not remembered as that', async () => {
    nodeWithoutStored();
    expect((await head()).status).toBe(404);
    expect((await errorOf(await ask())).code).toBe('NOT_FOUND');
    await send(await postImage({ token, image }), { node });
    expect((await head()).status).toBe(200);
  });

  it('of another shop is NOT_FOUND', async () => {
    nodeWithoutStored();
    await send(await postImage({ token, image }), { node });
    const stranger = await accessToken();
    expect((await head('', stranger)).status).toBe(404);
    expect((await errorOf(await ask('', stranger))).code).toBe('NOT_FOUND');
    expect(node.received.at(-1)?.claims.shop_id).not.toBe(node.received[0]?.claims.shop_id);
  });

  it('that cannot be read is known to be so', async () => {
    node.respond = () => node.failure(new OcrError('INVALID_IMAGE'));
    await send(await postImage({ token, image }), { node });
    expect((await head()).status).toBe(422);
    expect((await errorOf(await ask())).code).toBe('INVALID_IMAGE');
    expect(node.received).toHaveLength(1);
  });

  it('needs the scope to read', async () => {
    expect((await head('', await accessToken({ scope: 'ocr:write' }))).status).toBe(403);
  });

  it.each(['?type=poem', '?colour=red', '?type=receipt&type=receipt'])('with %s is INVALID_REQUEST', async (query) => {
    expect((await errorOf(await ask(query))).code).toBe('INVALID_REQUEST');
    expect(node.received).toHaveLength(0);
  });

  it.each(['abc', 'AB'.repeat(32), `${'ab'.repeat(32)}%2f..`, `..%2f${'ab'.repeat(31)}`, 'zz'.repeat(32)])(
    'under the hash %s is not looked for',
    async (hash) => {
      const response = await send(get(`/api/v1/ocr/results/by-hash/${hash}`, token), { node });
      expect(response.status).toBe(400);
      expect(node.received).toHaveLength(0);
    },
  );
});
