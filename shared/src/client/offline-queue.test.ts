import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiError, type OcrResult } from './ocr-client.ts';
import { type ImageReader, OfflineQueue, type OfflineQueueOptions, type QueueStorage } from './offline-queue.ts';
import { fileStorage } from './storage/file.ts';
import { type KeyValueStore, keyValueStorage } from './storage/key-value.ts';

let folder: string;
let storage: QueueStorage;
let online: boolean;
/** Names of the images that were sent, by their first byte. */
let sent: number[];
let keys: string[];
/** What the service makes of an image. */
let answer: (image: number) => Promise<unknown>;
const queues: OfflineQueue[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-ocr-offline-'));
  storage = fileStorage(folder);
  online = true;
  sent = [];
  keys = [];
  answer = async (image) => ({ id: `result-${image}` });
});
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
  await rm(folder, { recursive: true, force: true });
});

const client: ImageReader = {
  async process(image, _, { idempotencyKey }) {
    const [name = 0] = image as Uint8Array;
    sent.push(name);
    keys.push(idempotencyKey!);
    return (await answer(name)) as OcrResult;
  },
};

async function open(options: Partial<OfflineQueueOptions> = {}): Promise<OfflineQueue> {
  const quick = { retryMs: 1, retryMaxMs: 3, isOnline: () => online };
  const queue = await OfflineQueue.open({ client, storage, ...quick, ...options });
  queues.push(queue);
  return queue;
}

function photo(name: number, size = 20): Uint8Array<ArrayBuffer> {
  return new Uint8Array([name, ...randomBytes(size - 1)]);
}

function apiError(code: ApiError['code'], status: number, retryable: boolean, retryAfter?: number): ApiError {
  return new ApiError(
    { code, message: code, details: { suggestion: 's', retryable, request_id: 'r' } },
    status,
    retryAfter,
  );
}

const states = (queue: OfflineQueue) => queue.items().map(({ state }) => state);

test('what is added offline is sent in order of priority and age when the connection is back', async () => {
  online = false;
  const queue = await open();
  for (const [image, priority] of [
    [1, 0],
    [2, 5],
    [3, 0],
    [4, 5],
  ] as const)
    await queue.add(photo(image), { priority });
  await queue.drain();
  expect(sent).toEqual([]);
  online = true;
  await queue.drain();
  expect(sent).toEqual([2, 4, 1, 3]);
  expect(queue.items().map(({ state, resultId }) => [state, resultId])).toEqual(
    [1, 2, 3, 4].map((image) => ['done', `result-${image}`]),
  );
});

test('the same image under the same options is one item, also when it is done and after a restart', async () => {
  online = false;
  const image = photo(1);
  let queue = await open();
  const first = await queue.add(image, { options: { type: 'receipt', language: 'en' }, name: 'a.jpg' });
  expect(await queue.add(new Blob([image]), { options: { language: 'en', type: 'receipt' } })).toEqual(first);
  await queue.add(image, { options: { type: 'invoice' } });
  await queue.close();
  online = true;
  queue = await open();
  expect(queue.items()[0]).toMatchObject({ id: first.id, name: 'a.jpg' });
  await queue.drain();
  expect(await queue.add(image, { options: { type: 'receipt', language: 'en' } })).toMatchObject({ state: 'done' });
  await queue.drain();
  expect(sent).toEqual([1, 1]);
  await queue.remove(first.id);
  await queue.add(image, { options: { type: 'receipt', language: 'en' } });
  await queue.drain();
  expect(sent).toHaveLength(3);
});

test('an image that can never be read fails with its error, and others go on; a retry sends it again', async () => {
  const bad = apiError('LOW_QUALITY', 422, false);
  answer = (image) => (image === 1 ? Promise.reject(bad) : Promise.resolve({ id: 'r' }));
  const queue = await open();
  const { id } = await queue.add(photo(1));
  await queue.add(photo(2));
  await queue.drain();
  expect(queue.items()).toMatchObject([
    { state: 'failed', error: { code: 'LOW_QUALITY', suggestion: 's' }, attempts: 1 },
    { state: 'done' },
  ]);
  expect(await queue.image(id)).toBeInstanceOf(Blob);
  answer = async () => ({ id: 'better' });
  await queue.retry(id);
  await queue.drain();
  expect(queue.items()[0]).toMatchObject({ state: 'done', resultId: 'better' });
  expect(queue.items()[0]).not.toHaveProperty('error');
  expect(await queue.image(id)).toBeNull();
  expect(new Set([keys[0], keys[2]]).size).toBe(1);
  await expect(queue.retry('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a service that is away stops the order, an image that it stumbles over only itself', async () => {
  let tries = 0;
  answer = async (image) => {
    tries++;
    if (image === 1 && tries < 3) throw apiError('NETWORK_ERROR', 0, true);
    if (image === 2) throw apiError('MODEL_ERROR', 503, true, 0.05);
    return { id: 'r' };
  };
  const queue = await open({ maxAttempts: 3 });
  online = false;
  for (const image of [1, 2, 3]) await queue.add(photo(image));
  online = true;
  await queue.drain();
  expect(sent.slice(0, 5)).toEqual([1, 1, 1, 2, 3]);
  expect(queue.items()).toMatchObject([
    { state: 'done', attempts: 1 },
    { state: 'failed', error: { code: 'MODEL_ERROR' }, attempts: 3 },
    { state: 'done' },
  ]);
});

test('nothing is lost or failed while nobody is signed in, or the token is refused', async () => {
  let signedIn: ImageReader | null = null;
  const queue = await open({ client: () => signedIn });
  await queue.add(photo(1));
  await queue.drain();
  expect([states(queue), sent]).toEqual([['waiting'], []]);
  signedIn = client;
  answer = () => Promise.reject(apiError('UNAUTHORIZED', 401, false));
  await queue.drain();
  expect(queue.items()).toMatchObject([{ state: 'waiting', error: { code: 'UNAUTHORIZED' }, attempts: 0 }]);
  answer = async () => ({ id: 'r' });
  await queue.drain();
  expect(states(queue)).toEqual(['done']);
});

test('what was being sent when the app died is sent again, under the same key', async () => {
  answer = () => new Promise(() => {});
  const dying = await open();
  await dying.add(photo(1));
  await expect.poll(() => sent).toEqual([1]);
  answer = async () => ({ id: 'r' });
  const queue = await open({ storage: fileStorage(folder) });
  expect(states(queue)).toEqual(['sending']);
  await queue.drain();
  expect(states(queue)).toEqual(['done']);
  expect(keys[1]).toBe(keys[0]);
  // The dead one's answer never comes.
  queues.splice(queues.indexOf(dying), 1);
});

test('as many are sent at once as may be, and the bounds hold', async () => {
  let now = 0;
  let most = 0;
  answer = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now--;
    return { id: 'r' };
  };
  const queue = await open({ concurrency: 3, maxItems: 4, maxBytes: 100, maxDone: 2 });
  online = false;
  for (const image of [1, 2, 3, 4]) await queue.add(photo(image));
  await expect(queue.add(photo(5))).rejects.toMatchObject({ code: 'QUEUE_FULL', suggestion: expect.any(String) });
  await expect(queue.add(new Uint8Array(0))).rejects.toMatchObject({ code: 'EMPTY_IMAGE' });
  online = true;
  await queue.drain();
  expect(most).toBe(3);
  expect(queue.items()).toHaveLength(2);
  await expect(queue.add(photo(6, 101))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
});

test('listeners hear every change until they leave, and a closed queue takes nothing', async () => {
  const heard: string[] = [];
  const queue = await open();
  const leave = queue.subscribe((items) => heard.push(items.map(({ state }) => state).join()));
  await queue.add(photo(1));
  await queue.drain();
  expect([...new Set(heard)]).toEqual(['', 'waiting', 'sending', 'done']);
  leave();
  await queue.remove(queue.items()[0]!.id);
  expect(heard.at(-1)).toBe('done');
  await queue.close();
  await expect(queue.add(photo(2))).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(queue.drain()).rejects.toMatchObject({ code: 'CLOSED' });
});

test('images without an item, and what a crash left half written, are removed', async () => {
  await storage.putImage('orphan', photo(1));
  await writeFile(join(folder, 'items', 'x.json.1.part'), '{"id":');
  const queue = await open();
  expect(queue.items()).toEqual([]);
  expect(await readdir(join(folder, 'images'))).toEqual([]);
});

test('hashes are made by the caller’s own digest, where there is one', async () => {
  const digest = async () => new Uint8Array(32).fill(7);
  const queue = await open({ digest });
  expect((await queue.add(photo(1))).sha256).toBe('07'.repeat(32));
});

/** As AsyncStorage, with its bound of a value. */
function memoryStore(): KeyValueStore & { size(): number } {
  const values = new Map<string, string>();
  return {
    getItem: async (key) => values.get(key) ?? null,
    async setItem(key, value) {
      if (value.length > 2 * 1024 * 1024) throw new Error('Row too big to fit into CursorWindow');
      values.set(key, value);
    },
    removeItem: async (key) => void values.delete(key),
    getAllKeys: async () => [...values.keys()],
    size: () => values.size,
  };
}

describe.each(['file', 'key-value'] as const)('the %s storage', (kind) => {
  const store = memoryStore();
  const opened = () => (kind === 'file' ? fileStorage(folder) : keyValueStorage(store));

  test('gives back what was put, to whoever opens it next, and forgets what is deleted', async () => {
    const big = new Uint8Array(randomBytes(3_000_001));
    const item = { id: 'a', name: 'ü', state: 'waiting' } as never;
    const first = opened();
    expect([await first.items(), await first.imageIds()]).toEqual([[], []]);
    await first.putImage('a', big);
    await first.putItem(item);
    await first.putItem(item);
    const next = opened();
    expect([await next.items(), await next.item('a'), await next.imageIds()]).toEqual([[item], item, ['a']]);
    expect(Buffer.from((await next.image('a'))!).equals(big)).toBe(true);
    expect([await next.item('b'), await next.image('b')]).toEqual([null, null]);
    for (const id of ['a', 'b']) {
      await next.deleteItem(id);
      await next.deleteImage(id);
    }
    expect([await next.items(), await next.imageIds()]).toEqual([[], []]);
  });
});

test('a key-value storage with half an image has none, and finds the half to remove it', async () => {
  const store = memoryStore();
  let writes = 0;
  const dying = {
    ...store,
    setItem: async (key: string, value: string) => {
      if (++writes > 1) throw new Error('died');
      await store.setItem(key, value);
    },
  };
  const big = new Uint8Array(randomBytes(1_000_000));
  await expect(keyValueStorage(dying).putImage('a', big)).rejects.toThrow('died');
  const next = keyValueStorage(store);
  expect([await next.image('a'), await next.imageIds()]).toEqual([null, ['a']]);
  await next.deleteImage('a');
  expect(store.size()).toBe(0);
});
