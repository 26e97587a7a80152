import type { InputFile, Scanned } from './scanned.ts';

export interface ScanQueueOptions {
  /** Files begun and not yet reported: so many results are in memory at the most. */
  readonly concurrency: number;
  /** Must not reject; null is not reported. */
  readonly scan: (file: InputFile) => Promise<Scanned | null>;
  readonly report: (file: InputFile, scanned: Scanned | null) => Promise<void>;
}

/** Reads a few files at a time and reports them in the order in which they came, each as soon as its turn is. */
export class ScanQueue {
  /** Resolves when all is reported after close or stop; rejects when reporting failed. */
  readonly finished: Promise<void>;
  readonly #options: ScanQueueOptions;
  readonly #settle: { resolve: () => void; reject: (error: unknown) => void };
  readonly #waiting: InputFile[] = [];
  #begun = 0;
  #left = 0;
  #isClosed = false;
  #hasFailed = false;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: ScanQueueOptions) {
    this.#options = options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#settle = { resolve, reject };
  }

  /** Files that stop left. */
  get left(): number {
    return this.#left;
  }

  add(file: InputFile): void {
    if (this.#isClosed) return;
    this.#waiting.push(file);
    this.#begin();
  }

  /** No more files come. */
  close(): void {
    this.#isClosed = true;
    this.#begin();
  }

  /** What is begun is finished, the rest left. */
  stop(): void {
    this.#left += this.#waiting.splice(0).length;
    this.close();
  }

  #begin(): void {
    while (this.#begun < this.#options.concurrency && this.#waiting.length > 0) {
      const file = this.#waiting.shift()!;
      this.#begun++;
      const scanned = this.#options.scan(file);
      this.#tail = this.#tail.then(() => this.#finish(file, scanned));
    }
    if (this.#isClosed && this.#begun === 0) this.#settle.resolve();
  }

  async #finish(file: InputFile, scanned: Promise<Scanned | null>): Promise<void> {
    try {
      const outcome = await scanned;
      if (!this.#hasFailed) await this.#options.report(file, outcome);
    } catch (error) {
      this.#hasFailed = true;
      this.#settle.reject(error);
      this.stop();
    }
    this.#begun--;
    this.#begin();
  }
}
