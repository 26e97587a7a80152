import { OcrError } from '@edge-ocr/shared/errors';
import { Piscina } from 'piscina';
import { type Outcome, outcomeValue } from './outcome.ts';

/** Threads without work end after this: most nodes see few files of the kinds they are for. */
const IDLE_MS = 60_000;

export interface EndingPoolOptions {
  /** The worker's file. */
  readonly worker: URL;
  readonly threads: number;
  /** Of the JavaScript of one thread. Default: Node's own. */
  readonly maxHeapMb?: number;
  /** What TIMEOUT says. */
  readonly tooLate?: string;
  /** What IMAGE_TOO_LARGE says where a thread has outgrown maxHeapMb. */
  readonly tooMuch?: string;
}

export interface EndingPool {
  /** @throws OcrError what the stage threw, TIMEOUT, IMAGE_TOO_LARGE; what `signal` aborts with. */
  run<T>(stage: string, task: object, seconds: number, signal: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

/**
 * Threads for libraries that cannot be told to stop: what takes too long, or whose request is over, is ended with its thread, and
 * what goes wrong inside it harms nobody else.
 */
export function createEndingPool({ worker, threads, maxHeapMb, tooLate, tooMuch }: EndingPoolOptions): EndingPool {
  const piscina = new Piscina({
    filename: worker.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    ...(maxHeapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
  });
  // See createStagePool.
  piscina.on('error', (error: Error) => process.emitWarning(error));
  return {
    async run<T>(name: string, task: object, seconds: number, signal: AbortSignal): Promise<T> {
      const late = AbortSignal.timeout(seconds * 1000);
      try {
        const outcome: Outcome<T> = await piscina.run(task, { name, signal: AbortSignal.any([signal, late]) });
        return outcomeValue(outcome);
      } catch (cause) {
        signal.throwIfAborted();
        if (late.aborted) throw new OcrError('TIMEOUT', { ...(tooLate && { message: tooLate }), cause });
        if (hasOutgrown(cause)) throw new OcrError('IMAGE_TOO_LARGE', { ...(tooMuch && { message: tooMuch }), cause });
        throw cause;
      }
    },
    close: () => piscina.close(),
  };
}

function hasOutgrown(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
}
