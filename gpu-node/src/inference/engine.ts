import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hasCalibration } from '@edge-ocr/models/calibration-file';
import { describeModel, type ModelDescription, verifiedFile } from '@edge-ocr/models/manifest';
import type { EngineConfig } from '../config.ts';
import { chooseEngines, type LineEngines } from '../engines/choose-engines.ts';
import { PixelBudget } from '../pixel-budget.ts';
import { cutAlphabet, loadLatinAlphabet } from '../recognise/alphabet.ts';
import { type BatchObserver, CropBatcher } from '../recognise/crop-batcher.ts';
import { createHeicPool, type HeicPool } from '../workers/heic-pool.ts';
import { createPdfPool, type PdfPool } from '../workers/pdf-pool.ts';
import { createStagePool, type StagePool } from '../workers/stage-pool.ts';
import { multipliesBytes } from './byte-products.ts';
import { chooseExecution } from './choose-execution.ts';
import { type Execution, isGpu } from './execution.ts';
import { createInferencePool, type InferencePool, type NetworkFiles } from './inference-pool.ts';
import { type InferenceSettings, inferenceSettings, warmUpShapes } from './inference-settings.ts';
import { prepareNetwork } from './prepare-network.ts';
import type { ShapeBuckets } from './shape-buckets.ts';

/**
 * Changes whenever the same image could read differently although the weights did not change: part of the model
 * version, and so of every cache key.
 */
const PIPELINE_REVISION = 6;

/** Empty pixels right of the widest crop of a batch: without them the last character is often lost. */
export const CROP_PADDING = 32;

/** Everything the pipeline needs that is loaded once: networks and worker threads. */
export interface Engine {
  readonly config: EngineConfig;
  readonly files: NetworkFiles;
  readonly inference: InferencePool;
  /** Where the networks run. */
  readonly execution: Execution;
  /** What inputs are padded to; null on the CPU. */
  readonly buckets: ShapeBuckets | null;
  readonly stages: StagePool;
  readonly heic: HeicPool;
  readonly pdf: PdfPool;
  /** Where the crops of all requests meet. */
  readonly crops: CropBatcher;
  /** Reads them faster and less exactly; null where int8 is not used. */
  readonly skim: CropBatcher | null;
  /** Everything that reads lines. */
  readonly lines: LineEngines;
  readonly pixels: PixelBudget;
  readonly modelNames: readonly string[];
  readonly modelVersion: string;
  close(): Promise<void>;
}

/**
 * @throws Error when a model is unknown, missing or not what the manifest says, or the execution provider that was
 * asked for does not run it.
 */
export async function loadEngine(config: EngineConfig, onBatch?: BatchObserver): Promise<Engine> {
  const detect = modelFor(config.DETECT_MODEL, 'detect');
  const recognise = modelFor(config.RECOGNISE_MODEL, 'recognise');
  if (!recognise.alphabet) throw new Error(`Model ${recognise.name} has no alphabet in models/manifest.json`);
  const full = await loadLatinAlphabet(await verifiedFile(recognise.alphabet));
  const probe = await prepareNetwork(detect, { dataDir: config.DATA_DIR, graph: 'original' });
  const execution = await chooseExecution(config, probe);
  const graph = graphFor(config, recognise, execution);
  const settings = inferenceSettings(config, execution, CROP_PADDING);
  const warmUp = warmUpShapes(settings);
  const options = { dataDir: config.DATA_DIR, graph: graph === 'int8' ? 'optimised' : graph } as const;
  const classes = full.classes.map(({ index }) => index);
  const alphabet = graph === 'original' ? full : cutAlphabet(full);
  const files: NetworkFiles = {
    detect: await prepareNetwork(detect, options),
    recognise: await prepareNetwork(recognise, { ...options, classes }),
    ...(graph === 'int8' && { skim: await prepareNetwork(recognise, { ...options, graph, classes }) }),
  };
  const inference = await createInferencePool({
    files,
    workers: settings.workers,
    execution,
    ...(warmUp && { warmUp }),
    threads: {
      detect: config.DETECT_THREADS,
      recognise: config.RECOGNISE_THREADS,
      skim: config.RECOGNISE_THREADS,
    },
  });
  const stages = createStagePool({
    threads: config.WORKER_THREADS,
    maxIdlePixelBytes: config.MAX_IDLE_PIXEL_BYTES,
    alphabet,
    lexicon: config.LEXICON === 'retail' ? { extraFile: config.LEXICON_FILE ?? null } : null,
  });
  const heic = createHeicPool(config.WORKER_THREADS);
  const pdf = createPdfPool(config.PDF_THREADS);
  const batches = {
    maxCrops: settings.maxCrops,
    maxTotalWidth: settings.maxTotalWidth,
    buckets: settings.buckets,
    padding: CROP_PADDING,
    concurrency: settings.workers + 1,
    onBatch,
  };
  const crops = new CropBatcher(stages, inference, { ...batches, network: 'recognise' });
  const skim = graph === 'int8' ? new CropBatcher(stages, inference, { ...batches, network: 'skim' }) : null;
  const lines = await chooseEngines({ config, stages, crops, skim, paddleModel: recognise.name, execution });
  return {
    config,
    files,
    inference,
    execution,
    buckets: settings.buckets,
    stages,
    heic,
    pdf,
    crops,
    skim,
    lines,
    pixels: new PixelBudget(config.MAX_PIXELS_IN_FLIGHT),
    modelNames: [detect.name, ...new Set(lines.guarded.map((guarded) => guarded.engine.model))],
    modelVersion: versionOf([detect, recognise], { ...config, MODEL_GRAPH: graph }, [
      await ownWords(config),
      ...deviceParts(execution, settings),
      ...lines.guarded.map(({ engine }) => [engine.name, engine.model, engine.version]),
    ]),
    close: async () => {
      await lines.close();
      await stages.close();
      await heic.close();
      await pdf.close();
      await inference.close();
    },
  };
}

/**
 * `auto` is int8 where that is known to pay: 8-bit networks are no use to a processor that cannot multiply bytes, and a
 * GPU's provider would leave them to the CPU.
 */
function graphFor({ MODEL_GRAPH }: EngineConfig, recognise: ModelDescription, execution: Execution) {
  if (MODEL_GRAPH === 'int8' && isGpu(execution))
    throw new Error(`MODEL_GRAPH=int8 is for the CPU, and networks run on ${execution.provider}`);
  if (MODEL_GRAPH !== 'auto') return MODEL_GRAPH;
  return !isGpu(execution) && multipliesBytes() && hasCalibration(recognise.name) ? 'int8' : 'optimised';
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

/** A GPU rounds otherwise, and pads its inputs to shapes. */
function deviceParts({ provider }: Execution, settings: InferenceSettings): unknown[] {
  return provider === 'cpu' ? [] : [provider, settings];
}

/** Weights, pipeline, words and the settings that change what is read, in one short name. */
function versionOf(models: readonly ModelDescription[], config: EngineConfig, parts: readonly unknown[]): string {
  const settings = Object.entries(config).filter(([name]) =>
    /^(?!\w+_THREADS$)(BARCODE|PRODUCT_BARCODE|DETECT|WORKING|MAX_LINE|MAX_PAGES|PDF_(DPI|TEXT|MAX_CHARS)|BATCH|MODEL|LEXICON$|ENGINES$|FALLBACK)/.test(
      name,
    ),
  );
  const hash = createHash('sha256')
    .update(JSON.stringify([PIPELINE_REVISION, models, settings, ...parts]))
    .digest('hex');
  return `${models.at(-1)!.name}-${hash.slice(0, 12)}`;
}
