import { OcrError } from '@edge-ocr/shared/errors';

export interface AdmissionLimits {
  readonly requests: number;
  /** Bytes of the images of all requests. */
  readonly bytes: number;
}

/** Bounds the work in a node: what is beyond the limit is refused at once rather than kept waiting in memory. */
export class Admission {
  readonly #limits: AdmissionLimits;
  #inFlight = 0;
  #bytes = 0;
  #state: 'staying' | 'leaving' | 'closed' = 'staying';
  #idle: (() => void)[] = [];

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /**
   * Take a place for a request with an image of `bytes` bytes.
   * @returns gives the place back; call it once, in any case.
   * @throws OcrError OVERLOADED when all places are taken or the node is draining.
   */
  enter(bytes: number): () => void {
    if (!this.isOpen) throw new OcrError('OVERLOADED', { message: 'The node is draining', retryAfterSeconds: 1 });
    const isFull = this.#inFlight >= this.#limits.requests;
    // An idle node takes any image that its other limits allow.
    const isHeavy = this.#inFlight > 0 && this.#bytes + bytes > this.#limits.bytes;
    if (isFull || isHeavy) throw new OcrError('OVERLOADED', { retryAfterSeconds: 2 });
    this.#inFlight++;
    this.#bytes += bytes;
    return () => {
      this.#inFlight--;
      this.#bytes -= bytes;
      if (this.#inFlight > 0) return;
      for (const wake of this.#idle.splice(0)) wake();
    };
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether newcomers are let in. */
  get isOpen(): boolean {
    return this.#state !== 'closed';
  }

  /** Whether newcomers should be sent here: not when they are about to be refused. */
  get isStaying(): boolean {
    return this.#state === 'staying';
  }

  /** Lets newcomers in as before, but says that it will not for long. */
  announceLeaving(): void {
    if (this.isOpen) this.#state = 'leaving';
  }

  /** Refuses newcomers from now on. */
  close(): void {
    this.#state = 'closed';
  }

  /** Takes back announceLeaving and close. */
  reopen(): void {
    this.#state = 'staying';
  }

  /** Refuse newcomers from now on; resolves when the last one inside has left. */
  async drain(): Promise<void> {
    this.close();
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}
