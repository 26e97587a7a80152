import { OcrError } from '@edge-ocr/shared/errors';
import { Piscina } from 'piscina';
import type { RgbPixels } from '../pixels.ts';
import type { Alphabet } from '../recognise/alphabet.ts';
import { type Outcome, outcomeValue } from './outcome.ts';
import { PixelMemory } from './pixel-memory.ts';
import type * as worker from './stage-worker.ts';

type StageName = keyof typeof worker;
type TaskOf<N extends StageName> = Parameters<(typeof worker)[N]>[0];
type ValueOf<N extends StageName> = Extract<Awaited<ReturnType<(typeof worker)[N]>>, { value: unknown }>['value'];

export interface StagePool {
  /**
   * Run a stage in a worker thread. A stage that has begun runs to its end (each is bounded in time by itself):
   * ending its thread would cost others more than it saves.
   * @param transfer buffers of the task that the caller gives away.
   * @throws OcrError what the stage threw; MODEL_ERROR when the thread died over it, and another takes its place.
   */
  run<N extends StageName>(name: N, task: TaskOf<N>, transfer?: ArrayBuffer[]): Promise<ValueOf<N>>;
  /** Where the pixels that stages work on are. */
  readonly memory: PixelMemory;
  close(): Promise<void>;
}

/** What every thread is given as it starts. */
export interface StageData {
  readonly alphabet: Alphabet;
  /** null to leave words as they were read. */
  readonly lexicon: { readonly extraFile: string | null } | null;
}

export interface StagePoolOptions extends StageData {
  readonly threads: number;
  /** Memory for pixels that is kept while nobody needs it. */
  readonly maxIdlePixelBytes: number;
}

export function createStagePool({ threads, maxIdlePixelBytes, ...data }: StagePoolOptions): StagePool {
  const piscina = new Piscina({
    filename: new URL('./stage-worker.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    workerData: data satisfies StageData,
  });
  // A thread that dies without a task is replaced; without a listener it would take the process with it.
  piscina.on('error', (error: Error) => process.emitWarning(error));
  const memory = new PixelMemory(maxIdlePixelBytes);
  return {
    memory,
    async run(name, task, transfer = []) {
      using _used = memory.use(buffersOf(task as WithPixels));
      const outcome: Outcome<never> = await piscina.run(task, { name, transferList: transfer }).catch(ofThread);
      return outcomeValue(outcome);
    },
    close: () => piscina.close(),
  };
}

/** As piscina says that a thread has ended; it has no code for it. */
const THREAD_ENDED = /^worker exited with code/;

function ofThread(cause: unknown): never {
  if (!(cause instanceof Error && THREAD_ENDED.test(cause.message))) throw cause;
  throw new OcrError('MODEL_ERROR', { message: 'A worker thread ended before its work was done', cause });
}

/** What a task may hold that is in shared memory. */
interface WithPixels {
  readonly memory?: SharedArrayBuffer;
  readonly pixels?: RgbPixels;
  readonly images?: readonly RgbPixels[];
}

/** The shared memory that a task reads or writes. */
function buffersOf({ memory, pixels, images = [] }: WithPixels): ArrayBufferLike[] {
  const read = [...(pixels ? [pixels] : []), ...images].map(({ data }) => data.buffer);
  return memory ? [memory, ...read] : read;
}
