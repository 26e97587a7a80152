/**
 * `npm run bench -- NAME [--json] [options]`: every benchmark of the project; each says at its top what it measures.
 * With --json the last line is one JSON object, which --out FILE writes to a file besides. Every report names the machine and its load before and after: figures
 * of a busy machine say little.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAccuracy } from './accuracy.ts';
import { measureBarcodes } from './barcodes.ts';
import { benchBengali } from './bengali.ts';
import { benchCalibrate } from './calibrate.ts';
import { benchConcurrency } from './concurrency.ts';
import { benchDuplicates } from './duplicates.ts';
import { benchEdge } from './edge.ts';
import { benchEventLoop } from './event-loop.ts';
import { benchExtract } from './extract.ts';
import { rounded } from './figures.ts';
import { benchGpu } from './gpu.ts';
import { benchInvoices } from './invoices.ts';
import { benchLoad, loadOptions } from './load.ts';
import { benchLoadSoak } from './load-soak.ts';
import { benchPeers } from './peers.ts';
import { benchQueue } from './queue.ts';
import { benchReliability } from './reliability.ts';
import { benchRobustness } from './robustness.ts';
import { benchSoak } from './soak.ts';
import { benchSpaces } from './spaces.ts';
import { benchStages } from './stages.ts';
import { benchTaka } from './taka.ts';
import { benchTune } from './tune.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    dataset: { type: 'string', default: '' },
    images: { type: 'string', default: '2000' },
    limit: { type: 'string', default: '1000000' },
    write: { type: 'boolean', default: false },
    peers: { type: 'string', default: resolve(process.env.DATA_DIR || '.data', 'peers') },
    install: { type: 'boolean', default: false },
    clients: { type: 'string', default: '8' },
    out: { type: 'string', default: '' },
    nodes: { type: 'string', default: '1,2,3' },
    seconds: { type: 'string', default: '' },
    at: { type: 'string', default: 'edge' },
    mix: { type: 'string', default: '' },
    soak: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    settle: { type: 'string', default: '4' },
    rate: { type: 'string', default: '' },
  },
});

const BENCHMARKS: Record<string, () => Promise<object>> = {
  accuracy: () => benchAccuracy({ dataset: datasetFolder(), limit: limit() }),
  barcodes: async () => ({
    // As process-document.ts asks for them, by type, with the default budgets.
    receipt: await measureBarcodes(datasetFolder(), { thorough: false, budgetMs: 120 }),
    product: await measureBarcodes(datasetFolder(), { thorough: true, budgetMs: 120 }),
    barcode: await measureBarcodes(datasetFolder(), { thorough: true, rare: true, budgetMs: 500 }),
  }),
  bengali: () => benchBengali({ limit: limit() }),
  calibrate: () => benchCalibrate({ dataset: datasetFolder(), write: values.write }),
  concurrency: () => benchConcurrency({ dataset: values.dataset, limit: limit() }),
  duplicates: () => benchDuplicates({ dataset: datasetFolder(), limit: limit() }),
  edge: () => benchEdge(),
  extract: () => benchExtract(),
  'event-loop': () => benchEventLoop({ dataset: values.dataset, limit: limit() }),
  gpu: () =>
    benchGpu({
      dataset: values.dataset,
      limit: limit(),
      seconds: values.seconds ? count('seconds') : 30,
      clients: count('clients'),
    }),
  invoices: () => benchInvoices({ dataset: datasetFolder(), limit: limit() }),
  load: () => (values.soak ? benchLoadSoak(soakOptions()) : benchLoad(readLoadOptions())),
  peers: () =>
    benchPeers({
      dataset: datasetFolder(),
      limit: limit(),
      folder: resolve(values.peers),
      install: values.install,
    }),
  queue: () => benchQueue(),
  reliability: () => benchReliability({ dataset: datasetFolder(), limit: limit(), write: values.write }),
  robustness: () => benchRobustness({ dataset: datasetFolder(), limit: limit() }),
  soak: () => benchSoak({ images: images() }),
  spaces: () => benchSpaces({ dataset: datasetFolder(), write: values.write }),
  stages: () => benchStages({ dataset: values.dataset, limit: limit() }),
  taka: () => benchTaka({ write: values.write }),
  tune: () => benchTune({ dataset: values.dataset, limit: limit() }),
};

const [name = ''] = positionals;
const benchmark = BENCHMARKS[name];
if (!benchmark)
  fail(`Usage: npm run bench -- ${Object.keys(BENCHMARKS).join('|')} [--json] [--dataset DIR] [--limit N]`);
const loadBefore = load();
const report = {
  ...(await benchmark()),
  machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), load_before: loadBefore, load_after: load() },
};
if (values.out) writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
if (values.json) console.log(JSON.stringify(report));
else show(report);

/** Rows of figures as tables, the rest as it is. */
function show(shown: object): void {
  for (const [key, value] of Object.entries(shown)) {
    const isTable = Array.isArray(value) && typeof value[0] === 'object';
    if (isTable) console.table(value);
    else console.dir({ [key]: value }, { depth: null });
  }
}

/** Mean number of runnable processes over the last minute. */
function load(): number {
  return rounded(loadavg()[0]!, 2);
}

function limit(): number {
  return count('limit');
}

function count(option: 'limit' | 'seconds' | 'clients'): number {
  const value = Number(values[option]);
  if (Number.isInteger(value) && value > 0) return value;
  fail(`--${option} N must be a whole number, 1 or more`);
}

function images(): number {
  const count = Number(values.images);
  if (Number.isInteger(count) && count >= 10) return count;
  fail('--images N must be a whole number of images, 10 or more');
}

function readLoadOptions() {
  try {
    return loadOptions({ ...values, seconds: values.seconds || '15' });
  } catch (error) {
    fail((error as Error).message);
  }
}

function soakOptions() {
  const [minutes, settle, rate] = [values.minutes, values.settle, values.rate].map(Number) as [number, number, number];
  if (!(minutes > 0)) fail('--minutes must be a number above 0');
  if (!(settle >= 0)) fail('--settle must be a number of minutes, 0 or more');
  if (values.rate && !(rate > 0)) fail('--rate must be a number above 0');
  return { ...readLoadOptions(), minutes, settle, perSecond: values.rate ? rate : null };
}

function datasetFolder(): string {
  if (existsSync(values.dataset)) return values.dataset;
  fail('--dataset DIR must name the folder of the data set');
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
