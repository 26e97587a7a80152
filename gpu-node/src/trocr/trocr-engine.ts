import { basename } from 'node:path';
import { lockedVersion } from '@edge-ocr/models/hub/model-lock';
import { Piscina } from 'piscina';
import type { LineEngine } from '../engines/line-engine.ts';
import { rectOf } from '../geometry.ts';
import { LineBatcher } from './line-batcher.ts';
import type { ModelOptions } from './trocr-model.ts';
import type { TrocrTask, TrocrWorkerData } from './trocr-worker.ts';

export interface TrocrOptions extends ModelOptions {
  /** Threads that read, each with a copy of the model in memory. */
  readonly workers: number;
  /** Lines read together. */
  readonly maxBatch: number;
  /** Longer lines are read in parts, cut at gaps between words; pixels at a height of 48. A line is squeezed to a square. */
  readonly maxLineWidth: number;
  /** What is cut with a line on every side, as a share of its height. */
  readonly margin: number;
}

export interface TrocrEngine extends LineEngine {
  /** Changes with the weights and with what else changes what is read: belongs in the model version. */
  readonly version: string;
}

/**
 * TrOCR as an engine for lines. Resolves when every worker has loaded the model and run it once.
 * @throws Error that names the file that is missing, wrong or not what was recorded when it was fetched.
 */
export async function openTrocr(options: TrocrOptions): Promise<TrocrEngine> {
  const { workers, maxBatch, maxLineWidth, margin, ...model } = options;
  const version = `${await lockedVersion(options.folder)}-${settingsOf(options)}`;
  const piscina = new Piscina({
    filename: new URL('./trocr-worker.ts', import.meta.url).href,
    name: 'readLines',
    minThreads: workers,
    maxThreads: workers,
    workerData: { model, maxBatch, maxLineWidth, margin } satisfies TrocrWorkerData,
  });
  // A thread that dies without a task is replaced; without a listener it would take the process with it.
  piscina.on('error', (error: Error) => process.emitWarning(error));
  const read = (task: TrocrTask) => piscina.run(task);
  await Promise.all(Array.from({ length: workers }, () => read(blankLine()))).catch(async (error) => {
    await piscina.destroy();
    throw error;
  });
  const batcher = new LineBatcher(read, { maxBatch, concurrency: workers });
  return {
    name: 'trocr',
    model: basename(options.folder),
    languages: ['en'],
    version,
    // One way to read: there is no faster one that is less exact.
    readLine: ({ pixels }, rect, { signal }) => batcher.read(pixels, rect, signal),
    close: () => piscina.close(),
  };
}

/** The first run of a session allocates its buffers; nobody's request should pay for that. */
function blankLine(): TrocrTask {
  const [width, height] = [64, 16];
  const corner = (x: number, y: number) => ({ x: x * width, y: y * height });
  const rect = rectOf([corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)]);
  const pixels = { data: new Uint8Array(3 * width * height).fill(255), width, height };
  return { images: [pixels], lines: [{ image: 0, rect }], unwanted: new Uint8Array(1) };
}

function settingsOf({ variant, numBeams, maxTokens, maxLineWidth, margin }: TrocrOptions): string {
  return [variant ?? 'auto', numBeams ?? 'own', maxTokens, maxLineWidth, margin].join(',');
}
