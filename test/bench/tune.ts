/**
 * `npm run bench -- tune [--dataset DIR] [--limit N]`: every INFERENCE_WORKERS × RECOGNISE_THREADS that fits the
 * machine's cores without leaving half of them idle, one engine after another on the same images (16 unless --limit
 * says less). `chosen` marks what the node takes when neither is set. Run it on an otherwise idle machine.
 */
import { availableParallelism } from 'node:os';
import { parseEngineConfig } from '@edge-ocr/gpu-node/config';
import { closedLoop } from './closed-loop.ts';
import { percentile, rounded } from './figures.ts';
import { type ImageSelection, selectImages } from './images.ts';
import { openPipeline } from './pipeline.ts';

const MAX_IMAGES = 16;
const BUSY_CLIENTS = 4;

interface Combination {
  readonly workers: number;
  readonly threads: number;
}

export async function benchTune({ dataset, limit }: ImageSelection) {
  const files = selectImages({ dataset, limit: Math.min(limit, MAX_IMAGES) });
  const cores = availableParallelism();
  const chosen = chosenByNode();
  const table = [];
  for (const { workers, threads } of combinations(cores, chosen)) {
    const isChosen = workers === chosen.workers && threads === chosen.threads;
    table.push({ workers, threads, ...(await measure({ workers, threads }, files)), chosen: isChosen });
  }
  return { cores, images: files.length, table };
}

function chosenByNode(): Combination {
  const { INFERENCE_WORKERS: _w, RECOGNISE_THREADS: _t, ...rest } = process.env;
  const config = parseEngineConfig(rest);
  return { workers: config.INFERENCE_WORKERS, threads: config.RECOGNISE_THREADS };
}

/** Workers by powers of two; threads likewise, and all the cores of a worker's part. */
function combinations(cores: number, chosen: Combination): Combination[] {
  const workerCounts = powersOfTwo(cores);
  const all = workerCounts.flatMap((workers) => {
    const most = Math.floor(cores / workers);
    const threadCounts = [...new Set([...powersOfTwo(most), most])];
    return threadCounts.filter((threads) => workers * threads * 2 >= cores).map((threads) => ({ workers, threads }));
  });
  const hasChosen = all.some(({ workers, threads }) => workers === chosen.workers && threads === chosen.threads);
  return hasChosen ? all : [...all, chosen];
}

function powersOfTwo(most: number): number[] {
  return Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, i) => 2 ** i);
}

async function measure({ workers, threads }: Combination, files: readonly string[]) {
  const pipeline = await openPipeline({ INFERENCE_WORKERS: String(workers), RECOGNISE_THREADS: String(threads) });
  await closedLoop(pipeline, files.slice(0, workers), workers);
  const one = await closedLoop(pipeline, files, 1);
  const four = await closedLoop(pipeline, files, BUSY_CLIENTS);
  await pipeline.close();
  return {
    p50_ms_1_client: Math.round(percentile(one.latencies, 0.5)),
    receipts_per_second_1_client: rounded(files.length / one.seconds, 3),
    receipts_per_second_4_clients: rounded(files.length / four.seconds, 3),
  };
}
