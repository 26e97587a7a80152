/** Durations of a request's stages for the `Server-Timing` header. Workers' clocks move with I/O only. */
export class ServerTiming {
  readonly #parts: string[] = [];
  readonly #descriptions = new Map<string, string>();
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
      if (describe) {
        this.#descriptions.set(name, describe(result));
        description = `;desc="${this.#descriptions.get(name)}"`;
      }
      return result;
    } finally {
      this.#parts.push(`${name}${description};dur=${(performance.now() - start).toFixed(1)}`);
    }
  }

  /** The word about what came of a stage; undefined when it was not gone through, or failed. */
  describe(name: string): string | undefined {
    return this.#descriptions.get(name);
  }

  /** Milliseconds since the request came in. */
  get total(): number {
    return performance.now() - this.#start;
  }

  /** All stages so far, and the time since the request came in. */
  toString(): string {
    return [...this.#parts, `total;dur=${this.total.toFixed(1)}`].join(', ');
  }
}
