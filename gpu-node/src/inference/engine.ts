import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describeModel, type ModelDescription, verifiedFile } from '@edge-ocr/models/manifest';
import type { EngineConfig } from '../config.ts';
import { PixelBudget } from '../pixel-budget.ts';
import { cutAlphabet, loadLatinAlphabet } from '../recognise/alphabet.ts';
import { CropBatcher } from '../recognise/crop-batcher.ts';
import { createHeicPool, type HeicPool } from '../workers/heic-pool.ts';
import { createStagePool, type StagePool } from '../workers/stage-pool.ts';
import { createInferencePool, type InferencePool } from './inference-pool.ts';
import { prepareNetwork } from './prepare-network.ts';

/**
 * Changes whenever the same image could read differently although the weights did not change: part of the model
 * version, and so of every cache key.
 */
const PIPELINE_REVISION = 4;

/** Empty pixels right of the widest crop of a batch: without them the last character is often lost. */
const CROP_PADDING = 32;

/** Everything the pipeline needs that is loaded once: networks and worker threads. */
export interface Engine {
  readonly config: EngineConfig;
  readonly inference: InferencePool;
  readonly stages: StagePool;
  readonly heic: HeicPool;
  /** Where the crops of all requests meet. */
  readonly crops: CropBatcher;
  readonly pixels: PixelBudget;
  readonly modelNames: readonly string[];
  readonly modelVersion: string;
  close(): Promise<void>;
}

/** @throws Error when a model is unknown, missing or not what the manifest says. */
export async function loadEngine(config: EngineConfig): Promise<Engine> {
  const detect = modelFor(config.DETECT_MODEL, 'detect');
  const recognise = modelFor(config.RECOGNISE_MODEL, 'recognise');
  if (!recognise.alphabet) throw new Error(`Model ${recognise.name} has no alphabet in models/manifest.json`);
  const full = await loadLatinAlphabet(await verifiedFile(recognise.alphabet));
  const options = { dataDir: config.DATA_DIR, graph: config.MODEL_GRAPH };
  const classes = full.classes.map(({ index }) => index);
  const alphabet = config.MODEL_GRAPH === 'optimised' ? cutAlphabet(full) : full;
  const inference = await createInferencePool({
    files: {
      detect: await prepareNetwork(detect, options),
      recognise: await prepareNetwork(recognise, { ...options, classes }),
    },
    workers: config.INFERENCE_WORKERS,
    threads: { detect: config.DETECT_THREADS, recognise: config.RECOGNISE_THREADS },
  });
  const stages = createStagePool({
    threads: config.WORKER_THREADS,
    maxIdlePixelBytes: config.MAX_IDLE_PIXEL_BYTES,
    alphabet,
    lexicon: config.LEXICON === 'retail' ? { extraFile: config.LEXICON_FILE ?? null } : null,
  });
  const heic = createHeicPool(config.WORKER_THREADS);
  return {
    config,
    inference,
    stages,
    heic,
    crops: new CropBatcher(stages, inference, {
      maxCrops: config.BATCH_MAX_CROPS,
      maxTotalWidth: config.BATCH_MAX_WIDTH,
      padding: CROP_PADDING,
      concurrency: config.INFERENCE_WORKERS + 1,
    }),
    pixels: new PixelBudget(config.MAX_PIXELS_IN_FLIGHT),
    modelNames: [detect.name, recognise.name],
    modelVersion: versionOf([detect, recognise], config, await ownWords(config)),
    close: async () => {
      await stages.close();
      await heic.close();
      await inference.close();
    },
  };
}

function modelFor(name: string, task: ModelDescription['task']): ModelDescription {
  const model = describeModel(name);
  if (model.task !== task) throw new Error(`Model ${name} is for another task than ${task}`);
  return model;
}

/** The operator's own words: they change what is read as settings do. */
async function ownWords({ LEXICON_FILE: file }: EngineConfig): Promise<string | null> {
  return file === undefined ? null : await readFile(file, 'utf8');
}

/** Weights, pipeline, words and the settings that change what is read, in one short name. */
function versionOf(models: readonly ModelDescription[], config: EngineConfig, words: string | null): string {
  const settings = Object.entries(config).filter(([name]) =>
    /^(?!\w+_THREADS$)(BARCODE|PRODUCT_BARCODE|DETECT|WORKING|MAX_LINE|BATCH|MODEL|LEXICON$)/.test(name),
  );
  const hash = createHash('sha256')
    .update(JSON.stringify([PIPELINE_REVISION, models, settings, words]))
    .digest('hex');
  return `${models.at(-1)!.name}-${hash.slice(0, 12)}`;
}
