/**
 * The only file that imports wrangler and Miniflare: runs the Worker in workerd on this machine. Not by `wrangler dev`,
 * which is made for developing: see docs/decisions/038.
 */
import { join } from 'node:path';
import { buildWebClientIfStale } from '../web/web-client.ts';
import { bundleWorker, WORKER_CONFIG } from './bundle-worker.ts';

const READY_TIMEOUT_MS = 60_000;
/**
 * An isolate's heap may grow to Cloudflare's 128 MB; and is collected before it is large, for what requests leave behind
 * outside of it is let go only then. Miniflare takes flags for V8 from the environment alone.
 */
const V8_FLAGS = '--max-heap-size=128 --initial-old-space-size=4';

export interface EdgeOptions {
  readonly port: number;
  readonly nodeUrl: string;
  readonly dataDir: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** Variables of the Worker that differ from edge/wrangler.jsonc. */
  readonly vars: Readonly<Record<string, string>>;
  /** Of the Worker's own lines. */
  readonly logLevel: 'error' | 'none';
}

export interface RunningEdge {
  readonly url: string;
  stop(): Promise<void>;
}

/** Bindings, R2 and the cache live under `dataDir`; no network is used. */
export async function startEdge(options: EdgeOptions): Promise<RunningEdge> {
  await buildWebClientIfStale();
  const edge = await withoutNewSignalListeners(() => startWorkerd(options));
  const { origin } = await readyInTime(edge.ready).catch(async (error) => {
    await edge.dispose();
    throw error;
  });
  return { url: origin, stop: () => edge.dispose() };
}

/** Names of the Worker's variables, without its secrets. */
export async function variableNames(): Promise<string[]> {
  const { unstable_getMiniflareWorkerOptions } = await withoutNewSignalListeners(() => import('wrangler'));
  return Object.keys(unstable_getMiniflareWorkerOptions(WORKER_CONFIG).workerOptions.bindings ?? {});
}

async function startWorkerd({ port, nodeUrl, dataDir, secrets, vars, logLevel }: EdgeOptions) {
  process.env.MINIFLARE_WORKERD_V8_FLAGS ??= V8_FLAGS;
  const [script, { unstable_getMiniflareWorkerOptions }, { Miniflare, convertV4MiniflareOptions, Log, LogLevel }] =
    await Promise.all([bundleWorker(), import('wrangler'), import('miniflare')]);
  const { workerOptions } = unstable_getMiniflareWorkerOptions(WORKER_CONFIG);
  const isTold = logLevel === 'error';
  return new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port,
      cf: false,
      resourcePersistencePath: join(dataDir, 'edge', 'v3'),
      // Cron triggers do not fire here; an address fires them.
      unsafeTriggerHandlers: true,
      log: new Log(isTold ? LogLevel.ERROR : LogLevel.NONE),
      logRequests: false,
      handleStructuredLogs({ level, message }) {
        if (isTold && level === 'error') console.error(message);
      },
      workers: [
        {
          ...workerOptions,
          name: 'edge-ocr',
          modules: [{ type: 'ESModule', path: 'worker.js', contents: script }],
          bindings: Object.assign({}, workerOptions.bindings, { NODE_URLS: nodeUrl, ...vars, ...secrets }),
        },
      ],
    }),
  );
}

/** workerd may hang where it should fail. */
async function readyInTime(ready: Promise<URL>): Promise<URL> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const expired = () => reject(new Error(`The edge was not ready after ${READY_TIMEOUT_MS / 1000} s`));
  const timer = setTimeout(expired, READY_TIMEOUT_MS);
  return await Promise.race([ready, late]).finally(() => clearTimeout(timer));
}

/** Both libraries end the process by themselves on a signal, before anybody else's shutdown has run: take their listeners off. */
async function withoutNewSignalListeners<T>(load: () => Promise<T>): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = signals.map((signal) => process.listeners(signal));
  const loaded = await load();
  for (const [i, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) if (!before[i]!.includes(listener)) process.off(signal, listener);
  }
  return loaded;
}
