/**
 * Images that are taken while the service may be out of reach: kept, sent in order when it is back, each read once,
 * whatever crashes in between. The order of writes makes it so: an image is stored before its item, the item with its
 * Idempotency-Key before it is sent, and every try sends the same bytes under the same key.
 */
import type { Digest, ImageInput, ProcessOptions } from './client-options.ts';
import { bytesOf, sha256Hex } from './image-to-send.ts';
import { platform } from './platform.ts';
import { ItemStore, type ItemsListener, shownItem } from './queue/item-store.ts';
import { QueueError } from './queue/queue-error.ts';
import { identityOf, type QueueItem, withoutError } from './queue/queue-item.ts';
import { type ImageReader, QueueSender } from './queue/queue-sender.ts';
import { randomKey } from './random-key.ts';
import { type ShrinkOptions, shrinkImage } from './shrink-image.ts';
import type { QueueStorage } from './storage/queue-storage.ts';

export { QueueError } from './queue/queue-error.ts';
export type { QueueItem, QueueItemState } from './queue/queue-item.ts';
export type { ImageReader } from './queue/queue-sender.ts';
export type { QueueStorage } from './storage/queue-storage.ts';

export interface OfflineQueueOptions {
  /** null while nobody is signed in: then nothing is sent. */
  readonly client: ImageReader | (() => ImageReader | null);
  readonly storage: QueueStorage;
  /** By default what the browser says; true elsewhere. Call drain() when it has become true. */
  readonly isOnline?: () => boolean;
  /** Images that are sent at once. 1 by default, which keeps them strictly in order. */
  readonly concurrency?: number;
  /** Images that wait or failed. 1,000 by default. */
  readonly maxItems?: number;
  /** Of those together. 512 MiB by default. */
  readonly maxBytes?: number;
  /** Images that are done stay known, so that one that is added again is not sent again: the latest 500 by default. */
  readonly maxDone?: number;
  /** An image is given up after so many tries; those that did not reach the service are not counted. 10 by default. */
  readonly maxAttempts?: number;
  /** Pauses after a failure that may pass: exponential from the first to the second, with full jitter. 1,000 and 60,000. */
  readonly retryMs?: number;
  readonly retryMaxMs?: number;
  /** As for the client. What is stored is what is sent. */
  readonly shrink?: false | Partial<ShrinkOptions>;
  readonly digest?: Digest;
  /** Told of a storage that fails while nobody waits for drain(). */
  readonly onError?: (error: unknown) => void;
}

export interface NewImage {
  /** Shown with the item; a file's own by default. */
  readonly name?: string;
  readonly options?: ProcessOptions;
  /** The higher goes first; 0 by default. */
  readonly priority?: number;
}

const DEFAULTS = {
  concurrency: 1,
  maxItems: 1000,
  maxBytes: 512 * 1024 * 1024,
  maxDone: 500,
  maxAttempts: 10,
  retryMs: 1000,
  retryMaxMs: 60_000,
  isOnline: () => platform.navigator?.onLine !== false,
  onError: (error: unknown) => console.warn('The offline queue cannot use its storage', error),
};

export class OfflineQueue {
  readonly #options: OfflineQueueOptions & typeof DEFAULTS;
  readonly #store: ItemStore;
  readonly #sender: QueueSender;
  readonly #closing = new AbortController();

  private constructor(given: OfflineQueueOptions) {
    const options = { ...DEFAULTS, ...given };
    this.#options = options;
    this.#store = new ItemStore(options.storage, options, () => {
      this.#store.load().then(() => this.#sender.wake(), this.#onFault);
    });
    const reader = () => (typeof options.client === 'function' ? options.client() : options.client);
    this.#sender = new QueueSender({
      ...options,
      store: this.#store,
      reader: () => (options.isOnline() ? reader() : null),
      signal: this.#closing.signal,
    });
  }

  /** With what was stored before; begins to send when it can. @throws what the storage throws. */
  static async open(options: OfflineQueueOptions): Promise<OfflineQueue> {
    const queue = new OfflineQueue(options);
    await queue.#store.load();
    await queue.#store.removeOrphans();
    platform.addEventListener?.('online', queue.#onOnline);
    queue.#drainAside();
    return queue;
  }

  /**
   * Keeps the image, and sends it as soon as that is possible. The same image under the same options is the one item,
   * also when it is done. @throws QueueError QUEUE_FULL, EMPTY_IMAGE, NO_DIGEST, CLOSED; what the storage throws.
   */
  async add(image: ImageInput, { name, options = {}, priority = 0 }: NewImage = {}): Promise<QueueItem> {
    const { id, sha256, bytes } = await this.#prepare(image, options);
    if (this.#closing.signal.aborted) throw closed();
    const item = await this.#store.insert(
      {
        ...{ id, sha256, name: name ?? nameOf(image), options, priority, state: 'waiting', attempts: 0 },
        ...{ addedAt: new Date().toISOString(), sizeBytes: bytes.byteLength, idempotencyKey: randomKey() },
      },
      bytes,
    );
    this.#drainAside();
    return shownItem(item);
  }

  /** All that are known, in the order in which they were added. */
  items(): readonly QueueItem[] {
    return this.#store.shown;
  }

  /**
   * Sends what waits, until all is done or failed, or nothing can be sent: offline, or signed out. Waits for another tab
   * that sends. @throws QueueError CLOSED; what the storage throws.
   */
  async drain(): Promise<void> {
    if (this.#closing.signal.aborted) throw closed();
    await this.#sender.drain();
  }

  /** Tries a failed item again, or one that waits at once. @throws QueueError NOT_FOUND */
  async retry(id: string): Promise<void> {
    await this.#store.change(id, (item) =>
      item.state === 'failed' || item.state === 'waiting'
        ? { ...withoutError(item), state: 'waiting', attempts: 0 }
        : null,
    );
    if (!this.#store.has(id)) throw new QueueError('NOT_FOUND', 'The queue has no such item', 'Add the image again.');
    this.#sender.forgetPause();
    this.#drainAside();
  }

  /** Forgets an item and its image. One that is being sent may still be read. */
  remove(id: string): Promise<void> {
    return this.#store.delete(id);
  }

  /** Told of every change, and at once of what is there. @returns to be called to hear no more. */
  subscribe(listener: ItemsListener): () => void {
    return this.#store.subscribe(listener);
  }

  /** What is sent; null when it is done, because then the image is with the service. */
  async image(id: string): Promise<Blob | null> {
    const bytes = await this.#store.storage.image(id);
    return bytes && new Blob([bytes]);
  }

  /** Stops sending; what was on its way is sent again by the next that opens the storage. Idempotent. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(closed());
    platform.removeEventListener?.('online', this.#onOnline);
    await this.#sender.stopped();
    await this.#store.close();
  }

  async #prepare(image: ImageInput, options: ProcessOptions) {
    const given = await bytesOf(image);
    if (given.byteLength === 0) throw new QueueError('EMPTY_IMAGE', 'The image is empty', 'Take the photo again.');
    const { digest, shrink } = this.#options;
    const original = await sha256Hex(given, digest);
    if (original === null)
      throw new QueueError('NO_DIGEST', 'Nothing here can hash', 'Serve the page over https, or give a `digest`.');
    // Of what was given: a browser may pack the same photo into other bytes after an update.
    const id = (await sha256Hex(new TextEncoder().encode(identityOf(original, options)), digest))!;
    const bytes = shrink === false ? given : await shrinkImage(given, shrink);
    return { id, bytes, sha256: bytes === given ? original : (await sha256Hex(bytes, digest))! };
  }

  readonly #onOnline = () => {
    this.#sender.forgetPause();
    this.#drainAside();
  };

  readonly #onFault = (error: unknown) => {
    if (!this.#closing.signal.aborted) this.#options.onError(error);
  };

  #drainAside(): void {
    if (!this.#closing.signal.aborted) this.#sender.drain().catch(this.#onFault);
  }
}

function nameOf(image: ImageInput): string {
  return 'name' in image && typeof image.name === 'string' ? image.name : 'image';
}

function closed(): QueueError {
  return new QueueError('CLOSED', 'The queue is closed', 'Open it again.');
}
