import { OcrError } from '@edge-ocr/shared/errors';
import { Piscina } from 'piscina';
import type { ImageHeader } from '../decode/decode-image.ts';
import type { ImageLimits } from '../decode/image-limits.ts';
import type { RgbPixels } from '../pixels.ts';
import { type Outcome, outcomeValue } from './outcome.ts';

/** Threads without work end after this; most nodes never see a HEIC. */
const IDLE_MS = 60_000;

/**
 * Threads that decode HEIC and nothing else. libheif cannot be told to stop, so a decode that takes too long, or whose request is
 * over, is ended with its thread; in a thread of the stage pool that would cost others their work.
 */
export interface HeicPool {
  /** See inspectHeic. @throws OcrError, TIMEOUT too; what `signal` aborts with. */
  inspect(bytes: Uint8Array, limits: ImageLimits, signal: AbortSignal): Promise<ImageHeader>;
  /** See decodeHeic. @throws OcrError, TIMEOUT too; what `signal` aborts with. */
  decode(bytes: Uint8Array, limits: ImageLimits, signal: AbortSignal): Promise<RgbPixels>;
  close(): Promise<void>;
}

export function createHeicPool(threads: number): HeicPool {
  const piscina = new Piscina({
    filename: new URL('./heic-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
  });
  // See createStagePool.
  piscina.on('error', (error: Error) => process.emitWarning(error));
  const run = async <T>(name: string, bytes: Uint8Array, limits: ImageLimits, signal: AbortSignal): Promise<T> => {
    const late = AbortSignal.timeout(limits.decodeTimeoutSeconds * 1000);
    try {
      const outcome: Outcome<T> = await piscina.run(
        { bytes, limits },
        { name, signal: AbortSignal.any([signal, late]) },
      );
      return outcomeValue(outcome);
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) throw new OcrError('TIMEOUT', { cause: error });
      throw error;
    }
  };
  return {
    inspect: (bytes, limits, signal) => run('inspect', bytes, limits, signal),
    decode: (bytes, limits, signal) => run('decode', bytes, limits, signal),
    close: () => piscina.close(),
  };
}
