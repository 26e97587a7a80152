/** Images as files under one folder: for one node, or for several that share the folder. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, opendir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OcrError } from '@edge-ocr/shared/errors';
import { type ImageStore, isImageKey, parseImageKey, type StoredImage, shopPrefix } from './image-store.ts';

/** Of files that are being written; a crash leaves them, and the next sweep takes them away. */
const UNFINISHED = '.unfinished';
const UNFINISHED_MAX_AGE_MS = 60 * 60 * 1000;

/** @param folder is made when it is first needed. */
export function openFolderStore(folder: string): ImageStore {
  const root = resolve(folder);
  return {
    name: `folder ${root}`,
    put: (key, bytes) => away(() => putFile(root, key, bytes)),
    get: (key) => away(() => readFile(pathOf(root, key)).catch(nullWhenMissing)),
    delete: (key) => away(() => rm(pathOf(root, key), { force: true })),
    list: (shopId) => listFiles(root, shopId),
    deleteShop: (shopId, onDeleted) => away(() => deleteFolder(root, shopId, onDeleted)),
    close() {},
  };
}

function pathOf(root: string, key: string): string {
  const { shopId, sha256 } = parseImageKey(key);
  return join(root, 'shop', shopId, sha256);
}

/** Whole or not at all, and on the disk when it resolves: written beside, synced, renamed, and the folder synced. */
async function putFile(root: string, key: string, bytes: Uint8Array): Promise<void> {
  const path = pathOf(root, key);
  const present = await stat(path).catch(nullWhenMissing);
  // The key is the hash of the bytes: what has their length was written whole.
  if (present?.size === bytes.byteLength) return await utimes(path, new Date(), new Date());
  const folder = join(path, '..');
  await makeFolder(root, folder);
  const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    await withFile(unfinished, 'wx', async (file) => {
      await file.writeFile(bytes);
      await file.datasync();
    });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await withFile(folder, 'r', (file) => file.sync());
}

async function makeFolder(root: string, folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!made) return;
  // A new folder's own entry has to reach the disk too, up to the first that was there.
  for (let parent = folder; parent.length >= made.length; ) {
    parent = join(parent, '..');
    await withFile(parent, 'r', (file) => file.sync());
    if (parent === root) break;
  }
}

async function withFile(path: string, flags: string, work: (file: FileHandle) => Promise<unknown>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

async function deleteFolder(root: string, shopId: string, onDeleted: (images: number) => Promise<void>): Promise<void> {
  for await (const { key } of listFiles(root, shopId)) {
    await rm(pathOf(root, key), { force: true });
    await onDeleted(1);
  }
  // What is being written, and the folder itself, which is named after the shop.
  await rm(join(root, shopPrefix(shopId)), { recursive: true, force: true });
}

async function* listFiles(root: string, onlyShop?: string): AsyncIterable<StoredImage> {
  for await (const shop of onlyShop ? [onlyShop] : entries(join(root, 'shop'))) {
    for await (const name of entries(join(root, 'shop', shop))) {
      const path = join(root, 'shop', shop, name);
      const found = await stat(path).catch(nullWhenMissing);
      if (!found) continue;
      if (name.endsWith(UNFINISHED)) {
        if (Date.now() - found.mtimeMs > UNFINISHED_MAX_AGE_MS) await rm(path, { force: true });
        continue;
      }
      const key = `shop/${shop}/${name}`;
      if (isImageKey(key)) yield { key, storedAt: found.mtime, sizeBytes: found.size };
    }
  }
}

async function* entries(folder: string): AsyncIterable<string> {
  const opened = await opendir(folder).catch(nullWhenMissing);
  if (opened) for await (const entry of opened) yield entry.name;
}

function nullWhenMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** A full or broken disk is the store's trouble, and may pass. */
async function away<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new OcrError('NETWORK_ERROR', { message: 'The image store does not answer', cause });
  }
}
