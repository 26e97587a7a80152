import { OcrError } from '@edge-ocr/shared/errors';
import { Piscina } from 'piscina';
import type { PdfLimits } from '../pdf/read-pdf.ts';
import { type Outcome, outcomeValue } from './outcome.ts';
import type * as worker from './pdf-worker.ts';

/** Threads without work end after this; most nodes see few PDFs. */
const IDLE_MS = 60_000;
/** JavaScript of a thread holds one page's pixels and text at the most; WASM has a bound of its own. */
const MAX_HEAP_MB = 256;

type StageName = keyof typeof worker;
type TaskOf<N extends StageName> = Omit<Parameters<(typeof worker)[N]>[0], 'limits'>;
type ValueOf<N extends StageName> = Extract<Awaited<ReturnType<(typeof worker)[N]>>, { value: unknown }>['value'];

/**
 * Threads that open PDFs and do nothing else. PDFium cannot be told to stop, so what takes too long, or whose request is over,
 * is ended with its thread, and what goes wrong inside it harms nobody else.
 */
export interface PdfPool {
  /** See read-pdf.ts. @throws OcrError, TIMEOUT too; what `signal` aborts with. */
  run<N extends StageName>(name: N, task: TaskOf<N>, limits: PdfLimits, signal: AbortSignal): Promise<ValueOf<N>>;
  close(): Promise<void>;
}

export function createPdfPool(threads: number): PdfPool {
  const piscina = new Piscina({
    filename: new URL('./pdf-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  // See createStagePool.
  piscina.on('error', (error: Error) => process.emitWarning(error));
  return {
    async run(name, task, limits, signal) {
      const late = AbortSignal.timeout(limits.timeoutSeconds * 1000);
      try {
        const outcome: Outcome<never> = await piscina.run(
          { ...task, limits },
          { name, signal: AbortSignal.any([signal, late]) },
        );
        return outcomeValue(outcome);
      } catch (error) {
        signal.throwIfAborted();
        if (late.aborted) throw new OcrError('TIMEOUT', { message: 'The PDF takes too long to open', cause: error });
        if (hasOutgrown(error)) throw new OcrError('IMAGE_TOO_LARGE', { message: TOO_MUCH, cause: error });
        throw error;
      }
    },
    close: () => piscina.close(),
  };
}

const TOO_MUCH = 'The PDF needs more memory than it may have';

function hasOutgrown(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
}
