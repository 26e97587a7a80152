/**
 * `npm run bench -- gpu [--seconds S] [--clients N] [--dataset DIR] [--json] [--out FILE]`: the pipeline under load, on
 * whatever EXECUTION_PROVIDER gives, after every shape was run and every image was read once.
 * mixed: N clients in closed loop over receipts and products in turn, for S seconds. bulk: receipts alone, as many in
 * flight as a node takes (MAX_IN_FLIGHT). Receipts are a data set's in the layout of SROIE, else the project's own
 * pictures; products are always the latter. Latencies are the pipeline's: no HTTP, no database, no edge.
 */
import { readFile } from 'node:fs/promises';
import type { LeavingBatch } from '@edge-ocr/gpu-node/recognise/crop-batcher';
import { fixturePath } from '../fixtures/truth.ts';
import { rounded } from './figures.ts';
import { gpuFigures } from './gpu/gpu-figures.ts';
import { type LoadImage, runLoad } from './gpu/load.ts';
import { loadFigures } from './gpu/load-figures.ts';
import { selectImages } from './images.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';

const PRODUCTS = ['label-1.jpg', 'label-2.jpg', 'barcode-ean13.png', 'barcode-rotated.jpg'];

export interface GpuBenchOptions {
  readonly seconds: number;
  readonly clients: number;
  /** Empty for the fixtures. */
  readonly dataset: string;
  readonly limit: number;
}

export async function benchGpu({ seconds, clients, dataset, limit }: GpuBenchOptions) {
  const receipts = await imagesOf('receipt', selectImages({ dataset, limit }));
  const products = await imagesOf('product', PRODUCTS.map(fixturePath));
  const started = performance.now();
  // Of the exact recogniser and the faster one together.
  const batches: LeavingBatch[] = [];
  const pipeline = await openPipeline({}, (batch) => batches.push(batch));
  const bench = { pipeline, batches };
  const startSeconds = (performance.now() - started) / 1000;
  try {
    for (const image of [...receipts, ...products]) await pipeline.read(image.bytes, image.kind);
    return {
      provider: pipeline.engine.execution.provider,
      model_version: pipeline.engine.modelVersion,
      start_and_warm_up_seconds: rounded(startSeconds, 1),
      receipts: receipts.length,
      products: products.length,
      dataset: dataset !== '',
      mixed: await measure(bench, inTurn(receipts, products), { seconds, clients }),
      bulk: await measure(bench, receipts, { seconds, clients: pipeline.config.MAX_IN_FLIGHT }),
      gpu: await gpuFigures(pipeline.config.CUDA_DEVICE),
    };
  } finally {
    await pipeline.close();
  }
}

async function imagesOf(kind: LoadImage['kind'], paths: readonly string[]): Promise<LoadImage[]> {
  return Promise.all(paths.map(async (path) => ({ kind, bytes: await readFile(path) })));
}

/** As many of each, one after the other. */
function inTurn(receipts: readonly LoadImage[], products: readonly LoadImage[]): LoadImage[] {
  const longest = Math.max(receipts.length, products.length);
  return Array.from({ length: longest }, (_, i) => [
    receipts[i % receipts.length]!,
    products[i % products.length]!,
  ]).flat();
}

interface Bench {
  readonly pipeline: Pipeline;
  /** All that have left. */
  readonly batches: readonly LeavingBatch[];
}

async function measure(
  { pipeline, batches }: Bench,
  images: readonly LoadImage[],
  load: { seconds: number; clients: number },
) {
  const before = batches.length;
  const done = await runLoad((image) => pipeline.read(image.bytes, image.kind), images, load);
  const left = batches.slice(before);
  const total = (of: 'crops' | 'rows') => left.reduce((sum, batch) => sum + batch[of], 0);
  return {
    clients: load.clients,
    ...loadFigures(done),
    batches: left.length,
    crops_per_batch: rounded(total('crops') / Math.max(1, left.length), 2),
    // What is less than 1 is padding to a bucket.
    batch_fill: rounded(total('crops') / Math.max(1, total('rows')), 3),
  };
}
