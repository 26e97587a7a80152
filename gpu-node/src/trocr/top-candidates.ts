export interface Candidate {
  readonly sum: number;
  readonly beam: number;
  readonly token: number;
}

/** The highest of very many sums, without sorting them all. Of equal ones the first offered counts as higher. */
export class TopCandidates {
  readonly #count: number;
  readonly #kept: Candidate[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  /** @param scores of one beam's next tokens, which `base` is added to. */
  offer(scores: Float32Array, base: number, beam: number): void {
    for (let token = 0; token < scores.length; token++) {
      const sum = scores[token]! + base;
      if (this.#kept.length === this.#count && sum <= this.#kept.at(-1)!.sum) continue;
      this.#insert({ sum, beam, token });
    }
  }

  #insert(candidate: Candidate): void {
    const at = this.#kept.findIndex(({ sum }) => sum < candidate.sum);
    this.#kept.splice(at === -1 ? this.#kept.length : at, 0, candidate);
    if (this.#kept.length > this.#count) this.#kept.pop();
  }

  /** The highest first. */
  sorted(): readonly Candidate[] {
    return this.#kept;
  }
}
