/** The page's one queue of images that wait for the connection: the person's own, kept on this device. */
import type { ProcessOptions } from '@edge-ocr/shared/client/ocr-client';
import type { OfflineQueue, QueueItem } from '@edge-ocr/shared/client/offline-queue';
import { effect, signal } from '@preact/signals';
import { client, person } from '../session/session.ts';

export const online = signal(navigator.onLine);
export const queueItems = signal<readonly QueueItem[]>([]);
/** Why nothing can be kept on this device, such as private browsing without storage; null: it can. */
export const queueProblem = signal<string | null>(null);

let opened: Promise<OfflineQueue> | null = null;

/** Keeps `queueItems` and `online` true from now on, and sends what waits when it can be sent. Once a page. */
export function startQueue(): void {
  addEventListener('online', () => {
    online.value = true;
  });
  addEventListener('offline', () => {
    online.value = false;
  });
  effect(() => openFor(person.value));
  effect(() => {
    if (online.value && client.value !== null) sendWaiting();
  });
}

/** @throws Error with what to do, where nobody is signed in or the device keeps nothing. */
export async function addToQueue(file: File, options: ProcessOptions = {}): Promise<QueueItem> {
  return (await current()).add(file, { name: file.name, options });
}

/** One that is gone meanwhile, as by another tab, is gone from `queueItems` too. */
export async function retryItem(id: string): Promise<void> {
  await (await current()).retry(id).catch(() => undefined);
}

export async function removeItem(id: string): Promise<void> {
  await (await current()).remove(id);
}

/** The image of an item; null once it is sent. */
export async function imageOfItem(id: string): Promise<Blob | null> {
  return (await current()).image(id);
}

async function current(): Promise<OfflineQueue> {
  if (opened === null) throw new Error('Sign in first: what is queued belongs to a person.');
  return opened;
}

/** Every person has a queue of their own in this browser: nobody's images are sent as another's. */
function openFor(owner: string | null): (() => void) | undefined {
  queueItems.value = [];
  if (owner === null) return undefined;
  const opening = open(owner);
  opened = opening;
  opening.then(
    (queue) => follow(queue, () => opened === opening),
    () => {
      queueProblem.value = 'This browser keeps nothing for this page, so images cannot wait for the connection.';
    },
  );
  return () => {
    opened = null;
    opening.then((queue) => queue.close()).catch(() => undefined);
  };
}

/** Loaded apart: the first page needs none of it to be shown. */
async function open(owner: string): Promise<OfflineQueue> {
  const [{ OfflineQueue }, { indexedDbStorage }] = await Promise.all([
    import('@edge-ocr/shared/client/offline-queue'),
    import('@edge-ocr/shared/client/storage/indexed-db'),
  ]);
  return OfflineQueue.open({
    client: () => client.value,
    storage: indexedDbStorage(`edge-ocr.queue/${owner}`),
    isOnline: () => online.value,
  });
}

function follow(queue: OfflineQueue, isCurrent: () => boolean): void {
  const show = (items: readonly QueueItem[]) => {
    if (isCurrent()) queueItems.value = [...items];
  };
  queue.subscribe(show);
  queueProblem.value = null;
  sendWaiting();
}

/** What fails stands in the items, with what to do about it. */
function sendWaiting(): void {
  opened?.then((queue) => queue.drain()).catch(() => undefined);
}
