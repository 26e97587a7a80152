/** `npm run edge`: the Worker on this machine, where there is no Cloudflare, until Ctrl-C. */
import { edgeVariables, type RunningEdge, startEdge } from './edge.ts';
import { requireFreePort } from './ports.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { localSettings } from './settings.ts';

/** As edge/wrangler.jsonc lists them. */
const SECRETS = [
  'JWT_SECRET',
  'JWT_SECRET_PREVIOUS',
  'INTERNAL_SECRET',
  'INTERNAL_SECRET_PREVIOUS',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'UPSTASH_REDIS_REST_URL',
  'UPSTASH_REDIS_REST_TOKEN',
];
const NODE_URLS = 'http://127.0.0.1:8788';
const READY_TIMEOUT_MS = 10_000;

await runUntilStopped(() => start(process.env), announce, 'The edge could not start');

async function start(environment: Readonly<Record<string, string | undefined>>): Promise<RunningEdge> {
  const { EDGE_PORT: port, DATA_DIR: dataDir } = localSettings(environment);
  await requireFreePort('EDGE_PORT', port);
  // What is set to nothing counts: NODE_URLS may be empty where nodes announce themselves.
  const set = (names: readonly string[]) =>
    Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
  const { NODE_URLS: nodeUrl = NODE_URLS, ...vars } = set(await edgeVariables());
  return await startEdge({ port, dataDir, nodeUrl, vars, secrets: set(SECRETS), logLevel: 'error' });
}

/** The Worker looks at its variables when it is asked something, and logs what is wrong with them. */
async function announce({ url }: RunningEdge): Promise<void> {
  const { status } = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
  if (status === 500) throw new Error('its variables are not right; the line above names them');
  console.log(`The edge is at ${url}   (Ctrl-C stops it)`);
}
