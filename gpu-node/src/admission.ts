import { OcrError } from '@edge-ocr/shared/errors';

/** Bounds the work in a node: what is beyond the limit is refused at once rather than kept waiting in memory. */
export class Admission {
  readonly #limit: number;
  #inFlight = 0;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Take a place.
   * @returns gives the place back; call it once, in any case.
   * @throws OcrError OVERLOADED when all places are taken or the node is draining.
   */
  enter(): () => void {
    if (this.#closed) throw new OcrError('OVERLOADED', { message: 'The node is draining', retryAfterSeconds: 1 });
    if (this.#inFlight >= this.#limit) {
      throw new OcrError('OVERLOADED', { retryAfterSeconds: 2, details: { max_in_flight: this.#limit } });
    }
    this.#inFlight++;
    return () => {
      this.#inFlight--;
      if (this.#inFlight > 0) return;
      for (const wake of this.#idle.splice(0)) wake();
    };
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  /** Refuse newcomers from now on; resolves when the last one inside has left. */
  async drain(): Promise<void> {
    this.#closed = true;
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}
