/** The queue in a folder, for programs on Node: one file an item and one an image. For one process at a time. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredItem } from '../queue/queue-item.ts';
import type { QueueStorage } from './queue-storage.ts';

export interface FileStorageOptions {
  /** Wait until the disk has it, so that it survives a loss of power too. true by default. */
  readonly sync?: boolean;
}

/** @param folder is made when it is not there. */
export function fileStorage(folder: string, { sync = true }: FileStorageOptions = {}): QueueStorage {
  const [items, images] = [join(folder, 'items'), join(folder, 'images')];
  const made = Promise.all([items, images].map((path) => mkdir(path, { recursive: true })));
  const itemFile = (id: string) => join(items, `${id}.json`);
  const imageFile = (id: string) => join(images, id);
  const write = async (path: string, content: Uint8Array | string) => {
    await made;
    await writeWhole(path, content, sync);
  };
  const names = async (path: string) => {
    await made;
    return (await readdir(path)).filter((name) => !name.endsWith(UNFINISHED));
  };
  const item = async (id: string) => {
    const bytes = await readIfThere(itemFile(id));
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as StoredItem);
  };
  return {
    name: folder,
    isShared: false,
    item,
    async items() {
      const stored = await Promise.all((await names(items)).map((name) => item(name.replace(/\.json$/, ''))));
      return stored.filter((found) => found !== null);
    },
    putItem: (stored) => write(itemFile(stored.id), JSON.stringify(stored)),
    deleteItem: (id) => rm(itemFile(id), { force: true }),
    imageIds: () => names(images),
    image: (id) => readIfThere(imageFile(id)),
    putImage: (id, bytes) => write(imageFile(id), bytes),
    deleteImage: (id) => rm(imageFile(id), { force: true }),
    async close() {},
  };
}

const UNFINISHED = '.part';

/** A crash leaves the old file or the new one, because renaming is whole. */
async function writeWhole(path: string, content: Uint8Array | string, sync: boolean): Promise<void> {
  const part = `${path}.${randomUUID()}${UNFINISHED}`;
  const file = await open(part, 'w');
  try {
    await file.writeFile(content);
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
