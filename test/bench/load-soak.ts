/**
 * `npm run bench -- load --soak [--minutes 10] [--settle 4] [--nodes 1] [--rate R] [--seconds S]`: 70 % of the knee (found
 * first, by trials of S seconds, unless --rate says the rate), for so long. Before it comes the same load for the minutes
 * of --settle, in which code is compiled, pools fill and heaps grow to the size at which they are collected: workerd has a
 * dozen isolates here, of the Worker and of what stands in for R2, caches and assets. `passes` says that nothing failed,
 * then nor later, and that memory and latency were flat:
 * - memory: the heights to which the resident memory of each node and of workerd goes (its 90th percentile) are in the last
 *   third at most 10 % or 32 MB, whichever is more, above those of the first. Heights, for a collected heap goes up and
 *   down by itself, over minutes and by tens of MB;
 * - latency: the 95th percentile of new images in the last tenth is at most 25 % or 20 ms, whichever is more, above that
 *   of the first.
 */
import { readFile } from 'node:fs/promises';
import { descendantsOf } from '../end-to-end/processes.ts';
import { arrivalTimes } from '../load/arrivals.ts';
import { createMix } from '../load/mix.ts';
import { runOpenLoop, type Sample } from '../load/open-loop.ts';
import { measureProcessors, nodeMetric } from '../load/processor-time.ts';
import { errorsByCode, figuresByKind, figuresOf } from '../load/summary.ts';
import { type LoadedSystem, startLoadedSystem } from '../load/system.ts';
import { MAX_SOCKETS, TIMEOUT_MS, targetsOf } from '../load/trial.ts';
import { seededRandom } from '../seeded-random.ts';
import { percentile, rounded } from './figures.ts';
import { kneeOf, type LoadOptions, SEED, SERVICE, SHOPS } from './load.ts';

export interface SoakOptions extends LoadOptions {
  readonly minutes: number;
  /** Minutes of the same load before what is measured. */
  readonly settle: number;
  /** Of all nodes together; null to look for the knee first. */
  readonly perSecond: number | null;
}

const SHARE_OF_KNEE = 0.7;
const TENTHS = 10;
const MEMORY_SAMPLES = 100;
const MEMORY_GROWTH = { share: 0.1, megabytes: 32 };
const LATENCY_GROWTH = { share: 0.25, milliseconds: 20 };
/** Beyond the seeds of the trials for the knee. */
const SOAK_SEED = SEED + 1000;

export async function benchLoadSoak(options: SoakOptions): Promise<object> {
  const nodes = options.nodes[0]!;
  const system = await startLoadedSystem({ ...SERVICE, ...SHOPS, nodes });
  try {
    const knee = options.perSecond === null ? (await kneeOf(system, options)).knee.perSecond : null;
    const perSecond = options.perSecond ?? SHARE_OF_KNEE * knee!;
    if (perSecond === 0) throw new Error('No rate held, so there is no knee to stay below');
    return { nodes, ...(knee && { knee_rps: rounded(knee, 1) }), ...(await soak(system, perSecond, options)) };
  } finally {
    await system.stop();
  }
}

async function soak(system: LoadedSystem, perSecond: number, options: SoakOptions): Promise<object> {
  const seconds = options.minutes * 60;
  const mix = await createMix({ ...targetsOf(system, options.at), shares: options.shares, seed: SOAK_SEED });
  const random = seededRandom(SOAK_SEED);
  const load = (forSeconds: number) =>
    runOpenLoop({
      arrivals: arrivalTimes({ perSecond, seconds: forSeconds, pattern: 'poisson', random }),
      requestOf: () => mix.next(),
      maxSockets: MAX_SOCKETS,
      timeoutMs: TIMEOUT_MS,
    });
  const settling = await load(options.settle * 60);
  const measured = await measureProcessors(system.nodes.map(({ url }) => url));
  const memory = watchMemory(system, (seconds * 1000) / MEMORY_SAMPLES);
  const run = await load(seconds);
  const watched = await memory.stop();
  const errors = errorsByCode([...settling.samples, ...run.samples]);
  const latency = latencyVerdict(run.samples, seconds);
  const growth = [...watched].map(([process, megabytes]) => memoryVerdict(process, megabytes, options.minutes));
  return {
    passes: Object.keys(errors).length === 0 && latency.flat && growth.every(({ flat }) => flat),
    rps: rounded(perSecond, 1),
    minutes: options.minutes,
    settled_minutes: options.settle,
    at: options.at,
    errors,
    latency,
    memory: growth,
    processors: await measured(),
    generator_lag_ms: Math.round(run.generatorLagMs),
    kinds: figuresByKind(run.samples),
  };
}

function latencyVerdict(samples: readonly Sample[], seconds: number) {
  const fresh = samples.filter(({ kind }) => kind === 'receipt' || kind === 'product');
  const tenthMs = (seconds * 1000) / TENTHS;
  const first = figuresOf(
    'first',
    fresh.filter(({ arrivedAtMs }) => arrivedAtMs < tenthMs),
  ).p95_ms;
  const last = figuresOf(
    'last',
    fresh.filter(({ arrivedAtMs }) => arrivedAtMs >= tenthMs * (TENTHS - 1)),
  ).p95_ms;
  const allowed = first + Math.max(LATENCY_GROWTH.share * first, LATENCY_GROWTH.milliseconds);
  return { first_tenth_p95_ms: first, last_tenth_p95_ms: last, flat: last <= allowed };
}

function memoryVerdict(process: string, megabytes: readonly number[], minutes: number) {
  const third = Math.ceil(megabytes.length / 3);
  const early = percentile(megabytes.slice(0, third), 0.9);
  const late = percentile(megabytes.slice(-third), 0.9);
  const allowed = early + Math.max(MEMORY_GROWTH.share * early, MEMORY_GROWTH.megabytes);
  return {
    process,
    first_third_mb: Math.round(early),
    last_third_mb: Math.round(late),
    slope_mb_a_minute: rounded(slope(megabytes) * (megabytes.length / minutes), 2),
    flat: late <= allowed,
  };
}

/** By least squares, a sample. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const above = values.reduce((sum, value, i) => sum + (i - middle) * (value - average), 0);
  const spread = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return spread === 0 ? 0 : above / spread;
}

/** Resident memory in MB by process, from time to time. */
function watchMemory({ nodes }: LoadedSystem, everyMs: number) {
  const seen = new Map<string, number[]>();
  const note = (process: string, bytes: number) => {
    const values = seen.get(process) ?? [];
    seen.set(process, values);
    values.push(bytes / 1024 ** 2);
  };
  const look = async () => {
    for (const { id, url } of nodes) note(id, await nodeMetric(url, 'process_resident_memory_bytes'));
    const workerd = await workerdMemory();
    if (workerd > 0) note('workerd', workerd);
  };
  const timer = setInterval(() => look().catch((error) => console.error(`memory: ${error.message}`)), everyMs);
  return {
    async stop(): Promise<ReadonlyMap<string, number[]>> {
      clearInterval(timer);
      await look();
      return seen;
    },
  };
}

/** Of the edge's own processes, which this one started; 0 where there is no /proc. */
async function workerdMemory(): Promise<number> {
  const own = (await descendantsOf(process.pid)).filter((name) => name.endsWith(' workerd'));
  const sizes = own.map(async (name) => {
    const status = await readFile(`/proc/${name.split(' ')[0]}/status`, 'utf8').catch(() => '');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}
