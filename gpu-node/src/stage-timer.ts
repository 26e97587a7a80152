import type { Timings } from '@edge-ocr/shared/contract/result';

export type StageName = keyof Timings;

/** Measures the stages of one request. */
export class StageTimer {
  readonly timings: Timings = {};
  readonly #started = performance.now();

  /** Run a stage and note its milliseconds, also when it fails; a stage that runs again adds up. */
  async time<T>(stage: StageName, run: () => Promise<T> | T): Promise<T> {
    const started = performance.now();
    try {
      return await run();
    } finally {
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
