/** Durations of a request's stages for the `Server-Timing` header. Workers' clocks move with I/O only. */
export class ServerTiming {
  readonly #parts: string[] = [];

  /** Awaits `work` and notes how long it took, whether it succeeded or not. */
  async measure<T>(name: string, work: Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work;
    } finally {
      this.#parts.push(`${name};dur=${(performance.now() - start).toFixed(1)}`);
    }
  }

  toString(): string {
    return this.#parts.join(', ');
  }
}
