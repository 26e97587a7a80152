/** Originals kept for work that is done later, by key. */

export interface StoredImage {
  readonly key: string;
  readonly storedAt: Date;
  readonly sizeBytes: number;
}

export interface ImageStore {
  /** Of the place, for logs, and to tell it from others. */
  readonly name: string;
  /**
   * Resolves when the bytes are kept for good. Putting the same key again is harmless, and counts as stored anew.
   * @throws OcrError NETWORK_ERROR when the store is away.
   */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** @returns null when there is none. @throws OcrError NETWORK_ERROR */
  get(key: string): Promise<Uint8Array | null>;
  /** Deleting what is not there is no error. @throws OcrError NETWORK_ERROR */
  delete(key: string): Promise<void>;
  /** All images, or one shop's, in no particular order, a page at a time in memory. @throws OcrError NETWORK_ERROR */
  list(shopId?: string): AsyncIterable<StoredImage>;
  /**
   * Deletes all that lies under a shop, unfinished and foreign objects too.
   * @param onDeleted told how many images have gone since it was told last.
   * @throws OcrError NETWORK_ERROR; what was deleted by then is gone.
   */
  deleteShop(shopId: string, onDeleted: (images: number) => Promise<void>): Promise<void>;
  /** Idempotent. */
  close(): void;
}

const SHOP = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const KEY = /^shop\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/([0-9a-f]{64})$/;

/** The key of a shop's original, the same that the edge uses in R2. */
export function imageKey(shopId: string, sha256: string): string {
  const key = `shop/${shopId}/${sha256}`;
  parseImageKey(key);
  return key;
}

/** Under which all images of a shop lie. */
export function shopPrefix(shopId: string): string {
  if (!SHOP.test(shopId)) throw new Error('Not the id of a shop');
  return `shop/${shopId}/`;
}

/** Whether the store may hold it; what else lies there is not ours. */
export function isImageKey(key: string): boolean {
  return KEY.test(key);
}

/** @throws Error for any other form: a key becomes a path, and nobody may leave the folder by it. */
export function parseImageKey(key: string): { shopId: string; sha256: string } {
  const [, shopId, sha256] = KEY.exec(key) ?? [];
  if (!shopId || !sha256) throw new Error('Not the key of an image');
  return { shopId, sha256 };
}
