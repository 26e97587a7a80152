/**
 * `npm run bench -- gpu [--seconds S] [--clients N] [--dataset DIR] [--json] [--out FILE]`: the pipeline under load, on
 * whatever EXECUTION_PROVIDER gives, after every shape was run and every image was read once.
 * mixed: N clients in closed loop over receipts and products in turn, for S seconds. bulk: receipts alone, as many in
 * flight as a node takes (MAX_IN_FLIGHT). Receipts are a data set's in the layout of SROIE, else the project's own
 * pictures; products are always the latter. Latencies are the pipeline's: no HTTP, no database, no edge.
 */
import { readFile } from 'node:fs/promises';
import type { Engine } from '@edge-ocr/gpu-node/inference/engine';
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
  const pipeline = await openPipeline();
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
      mixed: await measure(pipeline, inTurn(receipts, products), { seconds, clients }),
      bulk: await measure(pipeline, receipts, { seconds, clients: pipeline.config.MAX_IN_FLIGHT }),
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

async function measure(pipeline: Pipeline, images: readonly LoadImage[], load: { seconds: number; clients: number }) {
  const before = batchCounts(pipeline.engine);
  const done = await runLoad((image) => pipeline.read(image.bytes, image.kind), images, load);
  const after = batchCounts(pipeline.engine);
  const batches = after.batches - before.batches;
  const crops = after.crops - before.crops;
  return {
    clients: load.clients,
    ...loadFigures(done),
    batches,
    crops_per_batch: rounded(crops / Math.max(1, batches), 2),
    // What is less than 1 is padding to a bucket.
    batch_fill: rounded(crops / Math.max(1, after.rows - before.rows), 3),
  };
}

/** Of the exact recogniser and the faster one together. */
function batchCounts({ crops, skim }: Engine) {
  const all = [crops.counts, ...(skim ? [skim.counts] : [])];
  const total = (of: 'batches' | 'crops' | 'rows') => all.reduce((sum, counts) => sum + counts[of], 0);
  return { batches: total('batches'), crops: total('crops'), rows: total('rows') };
}
