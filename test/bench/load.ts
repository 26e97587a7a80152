/**
 * `npm run bench -- load [--nodes 1,2,3] [--seconds 15] [--at edge|nodes] [--mix repeat=0.3,…]`: the knee of one, two and
 * three nodes on this machine, the highest rate at which the 95th percentile of new images is at most three times the
 * engine's own time and nothing fails. Arrivals are open-loop (Poisson, seeded), latencies run from the moment of arrival.
 * The engine waits instead of computing (200 ms, three images at a time a node), so that what is measured is the system and
 * not the model; its rate is low enough for two cores to carry edge, nodes, PostgreSQL and the generator for three nodes,
 * and `machine` says for each trial how busy they were: above about 0.8 the cores are what is measured, not the nodes.
 * By default all goes through the edge in workerd, because repeats and refusals end there; `--at nodes` leaves it out,
 * and then repeats are read again.
 *
 * `npm run bench -- load --soak [--minutes 10] [--rate R]`: see load-soak.ts.
 */

import { findKnee, type Knee } from '../load/knee.ts';
import { DEFAULT_SHARES, parseShares, type Shares } from '../load/mix.ts';
import { errorsByCode, figuresByKind } from '../load/summary.ts';
import { type LoadedSystem, startLoadedSystem } from '../load/system.ts';
import { runTrial, type Trial, type TrialRow } from '../load/trial.ts';
import { rounded } from './figures.ts';

export interface LoadOptions {
  readonly nodes: readonly number[];
  readonly seconds: number;
  readonly at: 'edge' | 'nodes';
  readonly shares: Shares;
}

export const SERVICE = { serviceMs: 200, slots: 3 };
export const SHOPS = { shops: 5, usersPerShop: 2 };
export const BOUND_MS = 3 * SERVICE.serviceMs;
export const SEED = 1;
/** Steps of the search for the knee, and where it ends. */
const FACTOR = 1.25;
const PRECISION = 1.06;

/** @throws Error that says what is wrong with an option. */
export function loadOptions(values: { nodes: string; seconds: string; at: string; mix: string }): LoadOptions {
  const nodes = values.nodes.split(',').map(Number);
  if (!nodes.every((count) => Number.isInteger(count) && count > 0)) throw new Error('--nodes must be such as 1,2,3');
  const seconds = Number(values.seconds);
  if (!(seconds >= 2)) throw new Error('--seconds must be 2 or more');
  if (values.at !== 'edge' && values.at !== 'nodes') throw new Error('--at must be edge or nodes');
  return { nodes, seconds, at: values.at, shares: values.mix ? parseShares(values.mix) : DEFAULT_SHARES };
}

export async function benchLoad(options: LoadOptions): Promise<object> {
  const found: Measured[] = [];
  for (const nodes of options.nodes) {
    const system = await startLoadedSystem({ ...SERVICE, ...SHOPS, nodes });
    try {
      found.push({ nodes, ...(await kneeOf(system, options)) });
    } finally {
      await system.stop();
    }
  }
  const one = found.find(({ nodes }) => nodes === 1)?.knee.perSecond;
  const byNodes = <T>(value: (measured: Measured) => T) =>
    Object.fromEntries(found.map((measured) => [measured.nodes, value(measured)]));
  return {
    knee_rps: byNodes(({ knee }) => rounded(knee.perSecond, 1)),
    ...(one && { scaling: byNodes(({ nodes, knee }) => rounded(knee.perSecond / (nodes * one), 2)) }),
    engine_limit_rps: byNodes(({ nodes }) => rounded(engineLimit(nodes, options), 1)),
    at: options.at,
    bound_ms: BOUND_MS,
    service_ms: SERVICE.serviceMs,
    slots_a_node: SERVICE.slots,
    shares: options.shares,
    trials: found.flatMap(({ nodes, rows }) => rows.map((row) => ({ nodes, ...row }))),
    at_the_knee: byNodes(({ best }) => best && figuresByKind(best.run.samples)),
    errors: byNodes(({ errors }) => errors),
  };
}

interface Measured {
  readonly nodes: number;
  readonly knee: Knee;
  readonly rows: readonly TrialRow[];
  /** The trial at the knee. */
  readonly best: Trial | null;
  /** Of all trials, those beyond the knee too. */
  readonly errors: Record<string, number>;
}

export async function kneeOf(system: LoadedSystem, options: LoadOptions): Promise<Omit<Measured, 'nodes'>> {
  const trials: Trial[] = [];
  const limit = engineLimit(system.nodes.length, options);
  const knee = await findKnee({
    from: 0.5 * limit,
    factor: FACTOR,
    precision: PRECISION,
    limit: 2 * limit,
    async holds(perSecond) {
      // Another seed each time: images of an earlier trial are repeats.
      const trial = await runTrial(system, { ...options, perSecond, boundMs: BOUND_MS, seed: SEED + trials.length });
      trials.push(trial);
      console.error(`${system.nodes.length} nodes, ${JSON.stringify(trial.row)}`);
      return trial.holds;
    },
  });
  const best = trials.filter(({ holds }) => holds).sort((a, b) => b.row.rps - a.row.rps)[0] ?? null;
  return {
    knee,
    rows: trials.map(({ row }) => row),
    best,
    errors: errorsByCode(trials.flatMap(({ run }) => run.samples)),
  };
}

/** The rate at which all slots of the engines are taken all the time; no system can go beyond. */
function engineLimit(nodes: number, { shares, at }: LoadOptions): number {
  const { repeat, receipt, product, bad } = shares;
  const read = receipt + product + (at === 'nodes' ? repeat : 0);
  return ((nodes * SERVICE.slots * 1000) / SERVICE.serviceMs) * ((repeat + receipt + product + bad) / read);
}
