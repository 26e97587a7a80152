import { join } from 'node:path';
import { readLock } from '@edge-ocr/models/hub/model-lock';
import type { EngineConfig } from '../config.ts';
import { type Execution, isGpu } from '../inference/execution.ts';
import type { PaddleParts } from '../recognise/recognise-line.ts';
import { tesseractEngine } from '../tesseract/tesseract-engine.ts';
import { TesseractPool } from '../tesseract/tesseract-pool.ts';
import { openTrocr } from '../trocr/trocr-engine.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { EngineCounts } from './engine-meter.ts';
import { GuardedEngine } from './guarded-engine.ts';
import type { EngineName, LineEngine } from './line-engine.ts';
import { type Chains, type Language, LineReading } from './line-reading.ts';
import { paddleEngine } from './paddle-engine.ts';

/** What is cut with a line on every side, as a share of its height: TrOCR was trained on lines with a little around them. */
const TROCR_MARGIN = 0.05;

/** All that reads lines on a node. */
export interface LineEngines {
  /** One document's reading, in the languages of its text. */
  open(languages: readonly Language[]): LineReading;
  readonly guarded: readonly GuardedEngine[];
  readonly counts: EngineCounts;
  close(): Promise<void>;
}

export interface EngineParts extends PaddleParts {
  /** Of the node's own recogniser. */
  readonly paddleModel: string;
  readonly execution: Execution;
}

/** The engines of the configuration, in its order; threads of Tesseract are started when they are needed. */
export async function chooseEngines(parts: EngineParts): Promise<LineEngines> {
  const engines: LineEngine[] = [];
  for (const name of await namesOf(parts)) engines.push(...(await OPENERS[name](parts)));
  return lineEngines(engines, parts.config);
}

async function namesOf({ config, execution }: EngineParts): Promise<readonly EngineName[]> {
  if (config.ENGINES !== 'auto') return config.ENGINES;
  const local: readonly EngineName[] = ['paddle', 'tesseract'];
  return isGpu(execution) && (await readLock(trocrFolder(config))) ? ['trocr', ...local] : local;
}

function trocrFolder({ DATA_DIR, TROCR_MODEL }: EngineConfig): string {
  return join(DATA_DIR, 'models', TROCR_MODEL);
}

/** How each engine of ENGINES is opened; one that is for several languages gives one a language. */
const OPENERS: Record<EngineName, (parts: EngineParts) => Promise<LineEngine[]>> = {
  paddle: async (parts) => [paddleEngine(parts.paddleModel, parts)],
  trocr: async ({ config, execution }) => [
    await openTrocr({
      folder: trocrFolder(config),
      variant: config.TROCR_VARIANT,
      threads: config.RECOGNISE_THREADS,
      execution,
      workers: config.TROCR_WORKERS,
      maxBatch: config.TROCR_MAX_BATCH,
      maxTokens: config.TROCR_MAX_TOKENS,
      numBeams: config.TROCR_BEAMS,
      maxLineWidth: config.MAX_LINE_WIDTH,
      margin: TROCR_MARGIN,
    }),
  ],
  tesseract: async ({ config, stages }) => {
    const pool = new TesseractPool({
      workers: config.TESSERACT_WORKERS,
      linesPerWorker: config.TESSERACT_LINES_PER_WORKER,
      timeoutMs: config.TESSERACT_TIMEOUT_MS,
      idleMs: config.TESSERACT_IDLE_MS,
    });
    return [tesseractEngine('en', { pool, stages }), tesseractEngine('bn', { pool, stages })];
  },
};

/** @param engines in the order in which they are asked. */
export function lineEngines(engines: readonly LineEngine[], config: EngineConfig): LineEngines {
  const counts = new EngineCounts();
  const guarded = engines.map((engine) => {
    const breaker = new CircuitBreaker({
      failures: config.ENGINE_BREAKER_FAILURES,
      windowMs: config.ENGINE_BREAKER_WINDOW_MS,
      restMs: config.ENGINE_BREAKER_REST_MS,
    });
    return new GuardedEngine(engine, breaker, config.ENGINE_TIMEOUT_MS, counts);
  });
  const chain = (language: Language) => guarded.filter(({ engine }) => engine.languages.includes(language));
  const chains: Chains = { en: chain('en'), bn: chain('bn') };
  const second = {
    below: config.FALLBACK_CONFIDENCE,
    budgetMs: config.FALLBACK_BUDGET_MS,
    concurrency: config.TESSERACT_WORKERS,
  };
  return {
    open: (languages) => new LineReading(chains, languages, second),
    guarded,
    counts,
    async close() {
      for (const engine of engines) await engine.close();
    },
  };
}
