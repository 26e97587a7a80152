import type { StoredItem } from '../queue/queue-item.ts';

/**
 * Where the queue outlives the app. Each write is whole or not there: after a crash the storage holds what it held before
 * or after. Items are small and written often, images large and written once.
 */
export interface QueueStorage {
  /** Names the same storage in all tabs. */
  readonly name: string;
  /** Whether other tabs or workers may use it at the same time: then locks and notices go between them. */
  readonly isShared: boolean;
  items(): Promise<StoredItem[]>;
  item(id: string): Promise<StoredItem | null>;
  putItem(item: StoredItem): Promise<void>;
  /** What is not there is no error, here and below. */
  deleteItem(id: string): Promise<void>;
  imageIds(): Promise<string[]>;
  image(id: string): Promise<Uint8Array<ArrayBuffer> | null>;
  putImage(id: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  deleteImage(id: string): Promise<void>;
  close(): Promise<void>;
}
