/** The items of a queue as they are stored and as they are shown: every change is written before it is told. */
import type { QueueStorage } from '../storage/queue-storage.ts';
import { type Exclusive, exclusiveBy } from './exclusive.ts';
import { QueueError } from './queue-error.ts';
import type { QueueItem, StoredItem } from './queue-item.ts';

export interface ItemLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly maxDone: number;
}

export type ItemsListener = (items: readonly QueueItem[]) => void;

export class ItemStore {
  readonly storage: QueueStorage;
  readonly exclusive: Exclusive;
  readonly #limits: ItemLimits;
  readonly #items = new Map<string, StoredItem>();
  readonly #listeners = new Set<ItemsListener>();
  /** To the other tabs; null where there are none. */
  readonly #channel: ReturnType<typeof openChannel>;
  #shown: readonly QueueItem[] = [];

  constructor(storage: QueueStorage, limits: ItemLimits, onChangedElsewhere: () => void) {
    this.storage = storage;
    this.exclusive = exclusiveBy(storage);
    this.#limits = limits;
    this.#channel = openChannel(storage);
    if (this.#channel) this.#channel.onmessage = onChangedElsewhere;
  }

  get shown(): readonly QueueItem[] {
    return this.#shown;
  }

  all(): StoredItem[] {
    return [...this.#items.values()];
  }

  has(id: string): boolean {
    return this.#items.has(id);
  }

  subscribe(listener: ItemsListener): () => void {
    this.#listeners.add(listener);
    listener(this.#shown);
    return () => void this.#listeners.delete(listener);
  }

  /** As another tab, or the life before this one, left it. */
  async load(): Promise<void> {
    const stored = await this.exclusive('write', () => this.storage.items());
    this.#items.clear();
    for (const item of stored) this.#items.set(item.id, item);
    this.#show();
  }

  /** The image first: an item whose image is not there could not be sent. @returns the item that was there, if any. */
  async insert(item: Omit<StoredItem, 'order'>, bytes: Uint8Array<ArrayBuffer>): Promise<StoredItem> {
    const inserted = await this.exclusive('write', async () => {
      const known = await this.storage.item(item.id);
      if (known) return known;
      this.#requireRoom(bytes.byteLength);
      const fresh = { ...item, order: Math.max(Date.now() * 1000, ...this.all().map(({ order }) => order + 1)) };
      await this.storage.putImage(item.id, bytes);
      await this.storage.putItem(fresh);
      return fresh;
    });
    this.#changed(inserted);
    return inserted;
  }

  /**
   * Reads, changes and writes an item as one. @param change gives null to leave it.
   * @returns null when it was left, or is not there: whoever removed it wins.
   */
  async change(id: string, change: (item: StoredItem) => StoredItem | null): Promise<StoredItem | null> {
    const { stored, changed } = await this.exclusive('write', async () => {
      const stored = await this.storage.item(id);
      const changed = stored && change(stored);
      if (changed) await this.storage.putItem(changed);
      return { stored, changed };
    });
    const current = changed ?? stored;
    if (current) this.#changed(current);
    else if (this.#items.delete(id)) this.#told();
    return changed;
  }

  /** The item first: the other way round it would be one without an image. */
  async delete(id: string): Promise<void> {
    await this.exclusive('write', async () => {
      await this.storage.deleteItem(id);
      await this.storage.deleteImage(id);
    });
    this.#items.delete(id);
    this.#told();
  }

  /** Forgets the oldest of those that are done. */
  async prune(): Promise<void> {
    const done = this.all().filter(({ state }) => state === 'done');
    const tooMany = Math.max(0, done.length - this.#limits.maxDone);
    for (const { id } of done.sort(byOrder).slice(0, tooMany)) await this.delete(id);
  }

  /** Of a crash between an image and its item, or between what is done and its image. */
  async removeOrphans(): Promise<void> {
    await this.exclusive('write', async () => {
      for (const id of await this.storage.imageIds()) {
        const item = await this.storage.item(id);
        if (!item || item.state === 'done') await this.storage.deleteImage(id);
      }
    });
  }

  async close(): Promise<void> {
    this.#channel?.close();
    await this.storage.close();
  }

  #requireRoom(bytes: number): void {
    const kept = this.all().filter(({ state }) => state !== 'done');
    const total = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (kept.length < this.#limits.maxItems && total + bytes <= this.#limits.maxBytes) return;
    const message = `The queue is full: ${kept.length} images of ${total} bytes`;
    throw new QueueError('QUEUE_FULL', message, 'Go online so that they are sent, or remove some.');
  }

  #changed(item: StoredItem): void {
    this.#items.set(item.id, item);
    this.#told();
  }

  #told(): void {
    this.#channel?.postMessage('changed');
    this.#show();
  }

  #show(): void {
    this.#shown = this.all().sort(byOrder).map(shownItem);
    for (const listener of this.#listeners) listener(this.#shown);
  }
}

function openChannel({ name, isShared }: QueueStorage) {
  return isShared && typeof BroadcastChannel !== 'undefined' ? new BroadcastChannel(`edge-ocr-queue/${name}`) : null;
}

function byOrder(a: StoredItem, b: StoredItem): number {
  return a.order - b.order;
}

export function shownItem({ idempotencyKey: _, order: __, notBefore: ___, ...item }: StoredItem): QueueItem {
  return item;
}
