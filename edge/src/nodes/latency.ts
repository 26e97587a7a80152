const KEPT = 200;
/** With fewer, the 95th percentile says little. */
const ENOUGH = 20;

/** How long the last answers took, in milliseconds. */
export class RecentLatencies {
  readonly #milliseconds: number[] = [];
  #next = 0;

  add(milliseconds: number): void {
    this.#milliseconds[this.#next] = milliseconds;
    this.#next = (this.#next + 1) % KEPT;
  }

  /** @returns what 95 of 100 stayed under, or null while too few are known. */
  p95(): number | null {
    if (this.#milliseconds.length < ENOUGH) return null;
    const sorted = this.#milliseconds.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.95)]!;
  }
}
