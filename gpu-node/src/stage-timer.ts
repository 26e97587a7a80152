import type { Timings } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import type { Span } from './tracing/tracer.ts';

export type StageName = keyof Timings;

/** Measures the stages of one request, and shows each in its trace. */
export class StageTimer {
  readonly timings: Timings = {};
  readonly #started = performance.now();
  readonly #span: Span | undefined;

  constructor(span?: Span) {
    this.#span = span;
  }

  /** Run a stage and note its milliseconds, also when it fails; a stage that runs again adds up. */
  async time<T>(stage: StageName, run: () => Promise<T> | T): Promise<T> {
    const started = performance.now();
    // To keep a result is to call the database.
    const span = this.#span?.startChild(`ocr.${stage}`, stage === 'persist' ? 'client' : 'internal');
    try {
      return await run();
    } catch (error) {
      span?.fail(OcrError.from(error).code);
      throw error;
    } finally {
      span?.end();
      this.timings[stage] = rounded((this.timings[stage] ?? 0) + performance.now() - started);
    }
  }

  /** Milliseconds since the request began. */
  get total(): number {
    return rounded(performance.now() - this.#started);
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
