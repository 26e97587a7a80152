/** The only file that imports wrangler: runs the Worker in workerd on this machine. */
import { join } from 'node:path';
import { buildWebClientIfStale } from '../web/web-client.ts';
import { ROOT } from './settings.ts';

const READY_TIMEOUT_MS = 60_000;

export interface EdgeOptions {
  readonly port: number;
  readonly nodeUrl: string;
  readonly dataDir: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** Variables of the Worker that differ from edge/wrangler.jsonc. */
  readonly vars: Readonly<Record<string, string>>;
  readonly logLevel: 'error' | 'none';
}

export interface RunningEdge {
  readonly url: string;
  stop(): Promise<void>;
}

/** Bindings, R2 and the cache live under `dataDir`; no network is used. */
export async function startEdge(options: EdgeOptions): Promise<RunningEdge> {
  await buildWebClientIfStale();
  // wrangler reads these when it is loaded.
  Object.assign(process.env, { CI: '1', WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' });
  // Its own words while it packs the Worker follow this alone, not dev.logLevel.
  process.env.WRANGLER_LOG ??= options.logLevel;
  const { unstable_startWorker: startWorker } = await withoutNewSignalListeners(() => import('wrangler'));
  const text = (type: 'plain_text' | 'secret_text') => (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { type, value }]));

  const worker = await withoutNewSignalListeners(() =>
    startWorker({
      config: join(ROOT, 'edge', 'wrangler.jsonc'),
      bindings: {
        ...text('plain_text')({ NODE_URLS: options.nodeUrl, ...options.vars }),
        ...text('secret_text')(options.secrets),
      },
      dev: {
        server: { hostname: '127.0.0.1', port: options.port },
        inspector: false,
        watch: false,
        remote: false,
        persist: join(options.dataDir, 'edge'),
        logLevel: options.logLevel,
      },
    }),
  );
  await readyInTime(worker.ready).catch(async (error) => {
    await worker.dispose();
    throw error;
  });
  const { origin } = await worker.url;
  return { url: origin, stop: () => worker.dispose() };
}

/** wrangler retries some failures for ever and says nothing. */
async function readyInTime(ready: Promise<unknown>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const expired = () => reject(new Error(`The edge was not ready after ${READY_TIMEOUT_MS / 1000} s`));
  const timer = setTimeout(expired, READY_TIMEOUT_MS);
  await Promise.race([ready, late]).finally(() => clearTimeout(timer));
}

/** wrangler ends the process by itself on a signal, before anybody else's shutdown has run: take its listeners off. */
async function withoutNewSignalListeners<T>(load: () => Promise<T>): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = signals.map((signal) => process.listeners(signal));
  const loaded = await load();
  for (const [i, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) if (!before[i]!.includes(listener)) process.off(signal, listener);
  }
  return loaded;
}
