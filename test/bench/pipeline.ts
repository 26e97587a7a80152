/** The pipeline as every benchmark runs it: in this process, with the configuration of the environment. */
import { readFile } from 'node:fs/promises';
import { type EngineConfig, parseEngineConfig } from '@edge-ocr/gpu-node/config';
import { type Engine, loadEngine } from '@edge-ocr/gpu-node/inference/engine';
import { processDocument } from '@edge-ocr/gpu-node/process-document';
import type { BatchObserver } from '@edge-ocr/gpu-node/recognise/crop-batcher';
import { type OcrType, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import type { OcrResult } from '@edge-ocr/shared/contract/result';

/** Longer than the node's own deadline: a benchmark reports a slow answer, it does not lose it. */
export const DEADLINE_MS = 120_000;

export interface Pipeline {
  readonly config: EngineConfig;
  readonly engine: Engine;
  /**
   * Read an image the way a request would.
   * @param image a path, or the bytes of a file.
   * @param type a receipt unless told otherwise.
   */
  read(image: string | Uint8Array, type?: OcrType): Promise<OcrResult>;
  close(): Promise<void>;
}

/**
 * @param overrides variables that count instead of the environment's.
 * @param onBatch told of each batch of lines.
 */
export async function openPipeline(overrides: Record<string, string> = {}, onBatch?: BatchObserver): Promise<Pipeline> {
  const engine = await loadEngine(parseEngineConfig({ ...process.env, ...overrides }), onBatch);
  return {
    config: engine.config,
    engine,
    async read(image, type = 'receipt') {
      const options = parseOcrOptions({ type });
      const bytes = typeof image === 'string' ? await readFile(image) : image;
      return processDocument({ bytes, options, signal: AbortSignal.timeout(DEADLINE_MS) }, engine);
    },
    close: () => engine.close(),
  };
}
