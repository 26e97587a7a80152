/** One load at one rate. */

import { seededRandom } from '../seeded-random.ts';
import { arrivalTimes } from './arrivals.ts';
import { createMix, type MixOptions, type Shares } from './mix.ts';
import { type OpenLoopRun, runOpenLoop } from './open-loop.ts';
import { measureProcessors, type ProcessorUse } from './processor-time.ts';
import { errorsByCode, figuresOf } from './summary.ts';
import type { LoadedSystem } from './system.ts';

export interface TrialOptions {
  readonly perSecond: number;
  readonly seconds: number;
  readonly shares: Shares;
  readonly seed: number;
  readonly at: 'edge' | 'nodes';
  /** The rate holds when the 95th percentile of what needs the engine is at most this. */
  readonly boundMs: number;
}

export interface Trial {
  readonly run: OpenLoopRun;
  readonly holds: boolean;
  readonly row: TrialRow;
}

export interface TrialRow {
  readonly rps: number;
  readonly p95_new_ms: number;
  readonly p95_all_ms: number;
  readonly errors: number;
  readonly holds: boolean;
  readonly lag_ms: number;
  readonly machine: number;
  readonly nodes_cores: number;
}

/** Connections of the generator at most: as many as could wait at the nodes, and more. */
export const MAX_SOCKETS = 256;
export const TIMEOUT_MS = 30_000;
/** What the system does at first, such as opening connections, is no part of its steady state. */
const SETTLE_MS = 1000;

export async function runTrial(system: LoadedSystem, options: TrialOptions): Promise<Trial> {
  const random = seededRandom(options.seed);
  const { shares, seed, at } = options;
  const mix = await createMix({ ...targetsOf(system, at), shares, seed });
  await runOpenLoop({
    arrivals: mix.warmUp.map((_, i) => 20 * i),
    requestOf: (i) => mix.warmUp[i]!,
    maxSockets: MAX_SOCKETS,
    timeoutMs: TIMEOUT_MS,
  });
  const arrivals = arrivalTimes({ ...options, pattern: 'poisson', random });
  const measured = await measureProcessors(system.nodes.map(({ url }) => url));
  const requestOf = () => mix.next();
  const run = await runOpenLoop({ arrivals, requestOf, maxSockets: MAX_SOCKETS, timeoutMs: TIMEOUT_MS });
  return judge(run, options, await measured());
}

/** Whom to send to, and as whom. */
export function targetsOf(
  { edgeUrl, nodes, users, vouched }: LoadedSystem,
  at: 'edge' | 'nodes',
): Pick<MixOptions, 'origins' | 'clients'> {
  if (at === 'edge') return { origins: [edgeUrl], clients: users };
  return { origins: nodes.map(({ url }) => url), clients: vouched };
}

function judge(run: OpenLoopRun, { perSecond, boundMs }: TrialOptions, use: ProcessorUse): Trial {
  const steady = run.samples.filter(({ arrivedAtMs }) => arrivedAtMs >= SETTLE_MS);
  // Repeats and refusals are quick: among them a slow engine would not show.
  const fresh = figuresOf(
    'new',
    steady.filter(({ kind }) => kind === 'receipt' || kind === 'product'),
  );
  const errors = Object.values(errorsByCode(run.samples)).reduce((sum, count) => sum + count, 0);
  const holds = errors === 0 && fresh.p95_ms <= boundMs;
  const row = {
    rps: Math.round(perSecond * 10) / 10,
    p95_new_ms: fresh.p95_ms,
    p95_all_ms: figuresOf('all', steady).p95_ms,
    errors,
    holds,
    lag_ms: Math.round(run.generatorLagMs),
    machine: use.machine,
    nodes_cores: use.nodes_cores,
  };
  return { run, holds, row };
}
