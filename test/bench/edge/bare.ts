import { fileURLToPath } from 'node:url';
import { unstable_startWorker as startWorker } from 'wrangler';

export interface BareWorker {
  readonly url: string;
  stop(): Promise<void>;
}

/** The bare Worker, run as infra/local/edge.ts runs the edge; load that first, it takes care of wrangler's signal listeners. */
export async function startBareWorker(jwtSecret: string, persist: string): Promise<BareWorker> {
  const worker = await startWorker({
    name: 'bare',
    entrypoint: fileURLToPath(new URL('bare-worker.ts', import.meta.url)),
    compatibilityDate: '2026-11-01',
    bindings: { JWT_SECRET: { type: 'secret_text', value: jwtSecret } },
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      watch: false,
      remote: false,
      persist,
      logLevel: 'none',
    },
  });
  await worker.ready;
  const { origin } = await worker.url;
  return { url: origin, stop: () => worker.dispose() };
}
