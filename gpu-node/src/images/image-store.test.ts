import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import { openFolderStore } from './folder-store.ts';
import { imageKey } from './image-store.ts';
import { expectStoreBehaviour } from './store-cases.fixture.ts';
import { sweepImages } from './sweep-images.ts';

const SHOP = '5f0c2f4e-8a55-4a6e-9c3e-0d6a5a1f0001';
const DAY_MS = 86_400_000;
let folder: string;
let cluster: TestCluster;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-ocr-images-'));
  cluster = await startTestCluster();
});
afterAll(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a folder keeps images as every store does', async () => {
  await expectStoreBehaviour(openFolderStore(join(folder, 'cases')));
});

test('nothing but finished images shows, and what was left unfinished goes', async () => {
  const store = openFolderStore(join(folder, 'unfinished'));
  const key = imageKey(SHOP, 'ab'.repeat(32));
  await store.put(key, Buffer.from('image'), 'image/jpeg');
  const shopFolder = join(folder, 'unfinished', 'shop', SHOP);
  const left = join(shopFolder, 'x.unfinished');
  await writeFile(left, 'half');
  await writeFile(join(shopFolder, 'notes.txt'), 'not ours');
  await utimes(left, 1, 1);
  const keys: string[] = [];
  for await (const image of store.list()) keys.push(image.key);
  expect(keys).toEqual([key]);
  expect((await readdir(shopFolder)).sort()).toEqual(['ab'.repeat(32), 'notes.txt']);
});

test('a store that cannot be written is NETWORK_ERROR', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  const store = openFolderStore(file);
  const put = store.put(imageKey(SHOP, 'ab'.repeat(32)), Buffer.from('image'), 'image/jpeg');
  await expect(put).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
});

test('old images are deleted, each with an entry in the access log', async () => {
  const db = await cluster.openMigrated();
  const root = join(folder, 'sweep');
  const store = openFolderStore(root);
  const [old, young] = ['aa', 'bb'].map((byte) => imageKey(SHOP, byte.repeat(32)));
  for (const key of [old!, young!]) await store.put(key, Buffer.from(key), 'image/jpeg');
  const long = new Date(Date.now() - 91 * DAY_MS);
  await utimes(join(root, old!), long, long);
  expect(await sweepImages(store, db, 90 * DAY_MS)).toBe(1);
  expect(await store.get(old!)).toBeNull();
  expect(await store.get(young!)).not.toBeNull();
  const { rows } = await db.query('SELECT shop_id, user_id, image_sha256, action FROM image_access_log');
  expect(rows).toEqual([{ shop_id: SHOP, user_id: null, image_sha256: 'aa'.repeat(32), action: 'deleted' }]);
  expect(await sweepImages(store, db, 90 * DAY_MS)).toBe(0);
});
