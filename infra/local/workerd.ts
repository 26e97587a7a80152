/**
 * The only file that imports wrangler and Miniflare: runs a Worker in workerd on this machine. Not by `wrangler dev`,
 * which is made for developing: see docs/decisions/038.
 */
import { bundleWorker } from './bundle-worker.ts';

const READY_TIMEOUT_MS = 60_000;
/**
 * An isolate's heap may grow to Cloudflare's 128 MB; and is collected before it is large, for what requests leave behind
 * outside of it is let go only then. Miniflare takes flags for V8 from the environment alone.
 */
const V8_FLAGS = '--max-heap-size=128 --initial-old-space-size=4';

export interface WorkerdOptions {
  /** Path of the Worker's wrangler.jsonc, whose bindings and variables it gets. */
  readonly config: string;
  /** Variables and secrets that differ from those, or are not in it. */
  readonly variables: Readonly<Record<string, string>>;
  /** On the loopback address; 0 is any free one. */
  readonly port: number;
  /** Folder of R2, caches and Durable Objects. */
  readonly persist: string;
  /** Of the Worker's own lines. */
  readonly logLevel: 'error' | 'none';
}

export interface RunningWorkerd {
  readonly url: string;
  stop(): Promise<void>;
}

/** No network is used. @throws Error where the Worker cannot be bundled, or is not ready after a minute */
export async function startWorkerd(options: WorkerdOptions): Promise<RunningWorkerd> {
  const worker = await withoutNewSignalListeners(() => start(options));
  const { origin } = await readyInTime(worker.ready).catch(async (error) => {
    await worker.dispose();
    throw error;
  });
  return { url: origin, stop: () => worker.dispose() };
}

/** Names of the variables in a wrangler.jsonc. */
export async function variableNames(config: string): Promise<string[]> {
  const { unstable_readConfig: readConfig } = await withoutNewSignalListeners(() => import('wrangler'));
  return Object.keys(readConfig({ config }).vars);
}

async function start({ config, variables, port, persist, logLevel }: WorkerdOptions) {
  process.env.MINIFLARE_WORKERD_V8_FLAGS ??= V8_FLAGS;
  const [script, wrangler, { Miniflare, convertV4MiniflareOptions, Log, LogLevel }] = await Promise.all([
    bundleWorker(config),
    import('wrangler'),
    import('miniflare'),
  ]);
  const { name = 'worker' } = wrangler.unstable_readConfig({ config });
  const { workerOptions } = wrangler.unstable_getMiniflareWorkerOptions(config);
  const isTold = logLevel === 'error';
  return new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port,
      cf: false,
      resourcePersistencePath: persist,
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
          name,
          modules: [{ type: 'ESModule', path: 'worker.js', contents: script }],
          bindings: Object.assign({}, workerOptions.bindings, variables),
        },
      ],
    }),
  );
}

/** workerd may hang where it should fail. */
async function readyInTime(ready: Promise<URL>): Promise<URL> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const expired = () => reject(new Error(`workerd was not ready after ${READY_TIMEOUT_MS / 1000} s`));
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
