/**
 * Keeps the client's page and files, so that it opens without a connection. It never keeps what the API answers: the
 * images that wait are the queue's. Pages come from the network while it answers in time, so a new version is seen on
 * the next load.
 */
import { kindOf } from './requests.ts';

/** Put in when the client is built: every file of it, and a name that changes with any of them. */
declare const __SHELL__: { readonly version: string; readonly files: readonly string[] };

/** What a service worker has beyond a page; TypeScript's own library for it cannot stand beside that of the page. */
interface LifeEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LifeEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

const NETWORK_MS = 3000;
/** The version before is kept as well: a page of it that is still open loads its other files later. */
const VERSIONS_KEPT = 2;
const PREFIX = 'edge-ocr.shell/';

const worker = globalThis as unknown as WorkerScope;
const { version, files } = __SHELL__;
const own = new Set(files);
const current = PREFIX + version;

worker.addEventListener('install', (event) => {
  event.waitUntil(keepAll().then(() => worker.skipWaiting()));
});
worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOld().then(() => worker.clients.claim()));
});
worker.addEventListener('fetch', (event) => {
  const kind = kindOf(event.request, worker.location.origin, own);
  if (kind === 'page') event.respondWith(page(event.request));
  if (kind === 'file') event.respondWith(file(event.request));
});

/** Files with a hash in their names are the same for ever: the browser's own copies do. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(current);
  const fresh = (path: string) => (path.startsWith('/assets/') ? path : new Request(path, { cache: 'reload' }));
  await cache.addAll(files.map(fresh));
}

async function dropOld(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== current);
  // In the order they were made.
  await Promise.all(names.slice(0, 1 - VERSIONS_KEPT).map((name) => caches.delete(name)));
}

async function page(request: Request): Promise<Response> {
  const fromNetwork = fetch(request);
  const kept = await (await caches.open(current)).match('/');
  if (kept === undefined) return fromNetwork;
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, NETWORK_MS));
  const inTime = await Promise.race([fromNetwork.catch(() => undefined), late]);
  return inTime !== undefined && inTime.status < 500 ? inTime : kept;
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}
