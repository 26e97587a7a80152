/**
 * Bounds the pixels of all images that are in memory at a time. Requests beyond the budget wait their turn, first come
 * first served: their bytes are already bounded by admission, and a place comes free as soon as another is done.
 */
export class PixelBudget {
  readonly #limit: number;
  #used = 0;
  #waiting: { pixels: number; enter(): void }[] = [];

  /** @param limit in pixels; a single larger image is let in when it is alone. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Take `pixels` of the budget, waiting for them if need be.
   * @returns gives them back when disposed of: `using held = await budget.reserve(…)`.
   * @throws what `signal` aborts with while it waits.
   */
  async reserve(pixels: number, signal: AbortSignal): Promise<Disposable> {
    await this.#take(pixels, signal);
    return {
      [Symbol.dispose]: () => {
        this.#used -= pixels;
        this.#admit();
      },
    };
  }

  async #take(pixels: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal.reason);
        this.#admit();
      };
      const waiting = {
        pixels,
        enter() {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
      this.#admit();
    });
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#used > 0 && this.#used + next.pixels > this.#limit) return;
      this.#used += next.pixels;
      this.#waiting.shift();
      next.enter();
    }
  }
}
