import type { PdfLimits } from '../pdf/read-pdf.ts';
import { createEndingPool } from './ending-pool.ts';
import type * as worker from './pdf-worker.ts';

/** JavaScript of a thread holds one page's pixels and text at the most; WASM has a bound of its own. */
const MAX_HEAP_MB = 256;

type StageName = keyof typeof worker;
type TaskOf<N extends StageName> = Omit<Parameters<(typeof worker)[N]>[0], 'limits'>;
type ValueOf<N extends StageName> = Extract<Awaited<ReturnType<(typeof worker)[N]>>, { value: unknown }>['value'];

/** Threads that open PDFs and do nothing else. */
export interface PdfPool {
  /** See read-pdf.ts. @throws OcrError, TIMEOUT too; what `signal` aborts with. */
  run<N extends StageName>(name: N, task: TaskOf<N>, limits: PdfLimits, signal: AbortSignal): Promise<ValueOf<N>>;
  close(): Promise<void>;
}

export function createPdfPool(threads: number): PdfPool {
  const pool = createEndingPool({
    worker: new URL('./pdf-worker.ts', import.meta.url),
    threads,
    maxHeapMb: MAX_HEAP_MB,
    tooLate: 'The PDF takes too long to open',
    tooMuch: 'The PDF needs more memory than it may have',
  });
  return {
    run: (name, task, limits, signal) => pool.run(name, { ...task, limits }, limits.timeoutSeconds, signal),
    close: () => pool.close(),
  };
}
