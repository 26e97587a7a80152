import type { ImageHeader } from '../decode/decode-image.ts';
import type { ImageLimits } from '../decode/image-limits.ts';
import type { RgbPixels } from '../pixels.ts';
import { createEndingPool } from './ending-pool.ts';

/** Threads that decode HEIC and nothing else: in a thread of the stage pool, ending it would cost others their work. */
export interface HeicPool {
  /** See inspectHeic. @throws OcrError, TIMEOUT too; what `signal` aborts with. */
  inspect(bytes: Uint8Array, limits: ImageLimits, signal: AbortSignal): Promise<ImageHeader>;
  /** See decodeHeic. @throws OcrError, TIMEOUT too; what `signal` aborts with. */
  decode(bytes: Uint8Array, limits: ImageLimits, signal: AbortSignal): Promise<RgbPixels>;
  close(): Promise<void>;
}

export function createHeicPool(threads: number): HeicPool {
  const pool = createEndingPool({ worker: new URL('./heic-worker.ts', import.meta.url), threads });
  return {
    inspect: (bytes, limits, signal) => pool.run('inspect', { bytes, limits }, limits.decodeTimeoutSeconds, signal),
    decode: (bytes, limits, signal) => pool.run('decode', { bytes, limits }, limits.decodeTimeoutSeconds, signal),
    close: () => pool.close(),
  };
}
