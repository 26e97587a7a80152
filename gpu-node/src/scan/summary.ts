import type { Scanned } from './scanned.ts';

/** Counts for the closing line. */
export class Summary {
  readonly #startedAt = performance.now();
  /** Whether hits can come: only a server has caches. */
  readonly #hasCache: boolean;
  #read = 0;
  #failed = 0;
  #needReview = 0;
  #cacheHits = 0;

  constructor(hasCache: boolean) {
    this.#hasCache = hasCache;
  }

  get failed(): number {
    return this.#failed;
  }

  add({ result }: Scanned): void {
    if (!result) {
      this.#failed++;
      return;
    }
    this.#read++;
    if (result.needs_review) this.#needReview++;
    if (result.cache === 'hit') this.#cacheHits++;
  }

  /** One line. @param left files that nobody began. */
  describe(left: number): string {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const files = this.#read + this.#failed + left;
    const counts = [
      `${this.#read} read`,
      `${this.#failed} failed`,
      `${this.#needReview} need review`,
      ...(this.#hasCache ? [`${this.#cacheHits} from the cache`] : []),
      ...(left > 0 ? [`${left} not begun`] : []),
    ];
    const rate = ((this.#read + this.#failed) / Math.max(seconds, 0.001)).toFixed(1);
    return `${files} ${files === 1 ? 'file' : 'files'}: ${counts.join(', ')} · ${seconds.toFixed(1)} s · ${rate} images/s`;
  }
}
