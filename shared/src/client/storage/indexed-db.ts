/** The queue in the browser's IndexedDB, shared by all tabs of the origin. The only file that imports idb. */
import { type DBSchema, openDB } from 'idb';
import type { StoredItem } from '../queue/queue-item.ts';
import type { QueueStorage } from './queue-storage.ts';

interface Schema extends DBSchema {
  items: { key: string; value: StoredItem };
  images: { key: string; value: Uint8Array<ArrayBuffer> };
}

const VERSION = 1;

/** @param name of the database; one for each account, so that nobody sends another's images. */
export function indexedDbStorage(name = 'edge-ocr-queue'): QueueStorage {
  const opening = openDB<Schema>(name, VERSION, {
    upgrade(db) {
      db.createObjectStore('items');
      db.createObjectStore('images');
    },
  });
  // Whoever uses it first is told.
  opening.catch(() => {});
  return {
    name,
    isShared: true,
    items: async () => await (await opening).getAll('items'),
    item: async (id) => (await (await opening).get('items', id)) ?? null,
    async putItem(item) {
      await (await opening).put('items', item, item.id);
    },
    deleteItem: async (id) => await (await opening).delete('items', id),
    imageIds: async () => await (await opening).getAllKeys('images'),
    image: async (id) => (await (await opening).get('images', id)) ?? null,
    async putImage(id, bytes) {
      await (await opening).put('images', bytes, id);
    },
    deleteImage: async (id) => await (await opening).delete('images', id),
    close: async () => (await opening).close(),
  };
}
