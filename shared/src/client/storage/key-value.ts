/** The queue in a store of texts by key, such as React Native's AsyncStorage or MMKV, with images as base64 in pieces. */
import type { StoredItem } from '../queue/queue-item.ts';
import type { QueueStorage } from './queue-storage.ts';

type Eventually<T> = T | Promise<T>;

/** As AsyncStorage has it. */
export interface KeyValueStore {
  getItem(key: string): Eventually<string | null>;
  setItem(key: string, value: string): Eventually<unknown>;
  removeItem(key: string): Eventually<unknown>;
  getAllKeys(): Eventually<readonly string[]>;
}

/** Android's AsyncStorage cannot read a value of 2 MB; 768 KiB of image are 1 Mi characters. A multiple of 3. */
const PIECE_BYTES = 768 * 1024;

/** @param prefix of all its keys. */
export function keyValueStorage(store: KeyValueStore, prefix = 'edge-ocr-queue'): QueueStorage {
  const itemKey = (id: string) => `${prefix}/item/${id}`;
  const imageKey = (id: string) => `${prefix}/image/${id}`;
  const pieceKey = (id: string, index: number) => `${prefix}/piece/${id}/${index}`;
  const idsUnder = async (start: string) =>
    (await store.getAllKeys()).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
  const item = async (id: string) => {
    const text = await store.getItem(itemKey(id));
    return text === null ? null : (JSON.parse(text) as StoredItem);
  };
  return {
    name: prefix,
    isShared: false,
    item,
    async items() {
      const stored = await Promise.all((await idsUnder(itemKey(''))).map(item));
      return stored.filter((found) => found !== null);
    },
    async putItem(stored) {
      await store.setItem(itemKey(stored.id), JSON.stringify(stored));
    },
    async deleteItem(id) {
      await store.removeItem(itemKey(id));
    },
    async imageIds() {
      // Pieces of an image that was not finished are named too, so that they are found and removed.
      const pieces = (await idsUnder(`${prefix}/piece/`)).map((rest) => rest.slice(0, rest.lastIndexOf('/')));
      return [...new Set([...(await idsUnder(imageKey(''))), ...pieces])];
    },
    async image(id) {
      const count = await store.getItem(imageKey(id));
      if (count === null) return null;
      const pieces = await Promise.all(Array.from({ length: Number(count) }, (_, i) => store.getItem(pieceKey(id, i))));
      return pieces.includes(null) ? null : bytesOf(pieces.map(String));
    },
    async putImage(id, bytes) {
      const count = Math.ceil(bytes.byteLength / PIECE_BYTES);
      for (let i = 0; i < count; i++)
        await store.setItem(pieceKey(id, i), base64Of(bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES)));
      // Last: with it the image is there.
      await store.setItem(imageKey(id), String(count));
    },
    async deleteImage(id) {
      await store.removeItem(imageKey(id));
      for (const rest of await idsUnder(`${prefix}/piece/${id}/`)) await store.removeItem(pieceKey(id, Number(rest)));
    },
    async close() {},
  };
}

/** Arguments of one call; engines bound them. */
const CHARS_AT_ONCE = 0x2000;

function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHARS_AT_ONCE)
    binary += String.fromCharCode(...bytes.subarray(at, at + CHARS_AT_ONCE));
  return btoa(binary);
}

function bytesOf(pieces: readonly string[]): Uint8Array<ArrayBuffer> {
  const binary = pieces.map((piece) => atob(piece)).join('');
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
