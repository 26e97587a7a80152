/**
 * `npm run bench -- edge`: a cached repeat through the whole edge (authenticated, limited, hashed, found; 200 KB) against a
 * bare hono Worker that verifies the same token and reads the same body, in turns within one run, both in workerd
 * behind Miniflare and the files of the web client. throughput_ratio and p50_ratio are the edge's over the bare Worker's,
 * medians over the rounds; `head` is the way without an upload, by hash, against the same. The limits are the local ones,
 * set too high to refuse.
 */
import { createHash, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startWorkerd } from '@edge-ocr/infra/local/workerd';
import { startEdgeAlone } from '../end-to-end/edge-alone.ts';
import { temporaryFolder } from '../end-to-end/stack.ts';
import { startStandInNode } from '../end-to-end/stand-in-node.ts';
import { type Load, loadFor, type Target } from './edge/load.ts';
import { percentile, rounded } from './figures.ts';

const BARE_WORKER = fileURLToPath(new URL('edge/bare-worker.jsonc', import.meta.url));
const IMAGE_BYTES = 200_000;
const CLIENTS = 8;
const ROUND_MS = 1500;
const ROUNDS = 9;
const UNLIMITED = {
  LIMIT_USER_PER_MINUTE: '1000000',
  LIMIT_SHOP_PER_HOUR: '100000000',
  QUOTA_SHOP_PER_DAY: '1000000000',
};

export async function benchEdge() {
  const jwtSecret = randomBytes(32).toString('base64url');
  const folder = await temporaryFolder();
  const node = await startStandInNode();
  const edge = await startEdgeAlone({ nodeUrl: node.url, vars: UNLIMITED, jwtSecret });
  const bare = await startWorkerd({
    config: BARE_WORKER,
    variables: { JWT_SECRET: jwtSecret },
    port: 0,
    persist: folder,
    logLevel: 'none',
  });
  try {
    const targets = targetsOf({ edge: edge.url, bare: bare.url, token: await edge.token() });
    for (const target of [...Object.values(targets), targets.edge]) await loadFor(target, 1, 300);
    return figuresOf(await measure(targets));
  } finally {
    await Promise.all([edge.stop(), bare.stop(), node.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

type Name = 'edge' | 'bare' | 'head' | 'bareHead';
type Targets = Record<Name, Target>;

function targetsOf({ edge, bare, token }: { edge: string; bare: string; token: string }): Targets {
  const image = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(IMAGE_BYTES - 4)]);
  const hash = createHash('sha256').update(image).digest('hex');
  const authorization = { authorization: `Bearer ${token}` };
  const upload = { method: 'POST', headers: { ...authorization, 'content-type': 'image/jpeg' }, body: image } as const;
  const path = '/api/v1/ocr/process?type=receipt';
  return {
    edge: { url: edge + path, ...upload },
    bare: { url: bare + path, ...upload },
    head: { url: `${edge}/api/v1/ocr/results/by-hash/${hash}?type=receipt`, method: 'HEAD', headers: authorization },
    bareHead: { url: bare + path, method: 'HEAD', headers: authorization },
  };
}

/** In turns, and every second time the other way round, so that the machine's moods meet all alike. */
async function measure(targets: Targets): Promise<Record<Name, Load>[]> {
  const names = Object.keys(targets) as Name[];
  const rounds: Record<Name, Load>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const loads: Partial<Record<Name, Load>> = {};
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      loads[name] = await loadFor(targets[name], CLIENTS, ROUND_MS);
    }
    rounds.push(loads as Record<Name, Load>);
  }
  return rounds;
}

function figuresOf(rounds: readonly Record<Name, Load>[]) {
  const median = (value: (round: Record<Name, Load>) => number, digits = 3) =>
    rounded(percentile(rounds.map(value), 0.5), digits);
  const p50 = (load: Load) => percentile(load.latencies, 0.5);
  const of = (name: Name) => ({
    per_second: median((round) => round[name].perSecond, 1),
    p50_ms: median((round) => p50(round[name]), 2),
  });
  return {
    throughput_ratio: median((round) => round.edge.perSecond / round.bare.perSecond),
    p50_ratio: median((round) => p50(round.edge) / p50(round.bare)),
    head_throughput_ratio: median((round) => round.head.perSecond / round.bare.perSecond),
    head_p50_ratio: median((round) => p50(round.head) / p50(round.bare)),
    head_against_bare_head: median((round) => round.head.perSecond / round.bareHead.perSecond),
    clients: CLIENTS,
    rounds: rounds.length,
    image_bytes: IMAGE_BYTES,
    edge: of('edge'),
    bare: of('bare'),
    head: of('head'),
    bare_head: of('bareHead'),
  };
}
