/** Reads with the engine in this process. Only imported where it is wanted: it brings ONNX Runtime and the models. */
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { parseEngineConfig } from '../config.ts';
import { loadEngine } from '../inference/engine.ts';
import { processDocument } from '../process-document.ts';
import type { Reader } from './reader.ts';

/** @param environment the variables of a node. */
export async function openLocalReader(
  options: OcrOptions,
  environment: Record<string, string | undefined>,
): Promise<Reader> {
  const engine = await loadEngine(parseEngineConfig(environment));
  return {
    maxBytes: engine.config.MAX_IMAGE_BYTES,
    async read(bytes, signal) {
      const timeout = new AbortController();
      const timer = setTimeout(() => timeout.abort(new OcrError('TIMEOUT')), engine.config.PROCESSING_TIMEOUT_MS);
      const either = AbortSignal.any([signal, timeout.signal]);
      return await processDocument({ bytes, options, signal: either }, engine).finally(() => clearTimeout(timer));
    },
    close: () => engine.close(),
  };
}
