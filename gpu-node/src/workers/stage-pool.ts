import { type ErrorCode, OcrError } from '@edge-ocr/shared/errors';
import { Piscina } from 'piscina';
import type { Alphabet } from '../recognise/alphabet.ts';
import type * as worker from './stage-worker.ts';

/** What a stage sends back from its thread: its result, or the OcrError it threw. */
export type Outcome<T> =
  | { value: T }
  | {
      error: { code: ErrorCode; message: string; suggestion: string; details: Record<string, unknown>; cause: string };
    };

type StageName = keyof typeof worker;
type TaskOf<N extends StageName> = Parameters<(typeof worker)[N]>[0];
type ValueOf<N extends StageName> = Extract<Awaited<ReturnType<(typeof worker)[N]>>, { value: unknown }>['value'];

export interface StagePool {
  /**
   * Run a stage in a worker thread. A stage that has begun runs to its end (each is bounded in time by itself):
   * ending its thread would cost others more than it saves.
   * @param transfer buffers of the task that the caller gives away.
   * @throws OcrError what the stage threw.
   */
  run<N extends StageName>(name: N, task: TaskOf<N>, transfer?: ArrayBuffer[]): Promise<ValueOf<N>>;
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
}

export function createStagePool({ threads, ...data }: StagePoolOptions): StagePool {
  const piscina = new Piscina({
    filename: new URL('./stage-worker.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    workerData: data satisfies StageData,
  });
  // A thread that dies without a task is replaced; without a listener it would take the process with it.
  piscina.on('error', (error: Error) => process.emitWarning(error));
  return {
    async run(name, task, transfer = []) {
      const outcome: Outcome<never> = await piscina.run(task, { name, transferList: transfer });
      if ('value' in outcome) return outcome.value;
      throw new OcrError(outcome.error.code, outcome.error);
    },
    close: () => piscina.close(),
  };
}
