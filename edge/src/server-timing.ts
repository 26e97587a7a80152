/** Durations of a request's stages for the `Server-Timing` header. Workers' clocks move with I/O only. */
export class ServerTiming {
  readonly #parts: string[] = [];
  readonly #start = performance.now();

  /**
   * Awaits `work` and notes how long it took, whether it succeeded or not.
   * @param describe a word about what came of it.
   */
  async measure<T>(name: string, work: Promise<T>, describe?: (result: T) => string): Promise<T> {
    const start = performance.now();
    let description = '';
    try {
      const result = await work;
      if (describe) description = `;desc="${describe(result)}"`;
      return result;
    } finally {
      this.#parts.push(`${name}${description};dur=${(performance.now() - start).toFixed(1)}`);
    }
  }

  /** All stages so far, and the time since the request came in. */
  toString(): string {
    return [...this.#parts, `total;dur=${(performance.now() - this.#start).toFixed(1)}`].join(', ');
  }
}
