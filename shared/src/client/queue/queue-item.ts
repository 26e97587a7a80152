import type { ProcessOptions } from '../client-options.ts';

export type QueueItemState = 'waiting' | 'sending' | 'done' | 'failed';

/** An image in the queue, as it is shown. */
export interface QueueItem {
  readonly id: string;
  /** Of the bytes that are sent. */
  readonly sha256: string;
  readonly name: string;
  readonly options: ProcessOptions;
  /** The higher goes first. */
  readonly priority: number;
  readonly state: QueueItemState;
  /** Tries that did not fail for a service that was out of reach. */
  readonly attempts: number;
  readonly addedAt: string;
  readonly sizeBytes: number;
  readonly resultId?: string;
  /** Why it failed, or why it waits after a try. */
  readonly error?: { readonly code: string; readonly message: string; readonly suggestion: string };
}

/** An item as it is stored. */
export interface StoredItem extends QueueItem {
  /** Stored before the item is sent for the first time, and sent with every try: the service does it once. */
  readonly idempotencyKey: string;
  /** Rises in the order of adding. */
  readonly order: number;
  /** Milliseconds since the epoch before which it is not tried again. */
  readonly notBefore?: number;
}

/** The one to be sent next: the highest priority, and among those the oldest. */
export function nextItem(items: Iterable<StoredItem>, now: number): StoredItem | null {
  let next: StoredItem | null = null;
  for (const item of items) {
    if (item.state !== 'waiting' || (item.notBefore ?? 0) > now) continue;
    if (!next || item.priority > next.priority || (item.priority === next.priority && item.order < next.order))
      next = item;
  }
  return next;
}

/** The same image under the same options has the same id, whoever adds it when. */
export function identityOf(sha256: string, options: ProcessOptions): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return `${sha256}-${JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}

export function withoutError({ error: _, notBefore: __, ...item }: StoredItem): StoredItem {
  return item;
}
