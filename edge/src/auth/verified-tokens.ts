import type { Principal } from '@edge-ocr/shared/access';

/** About 500 bytes each. */
const MAX_TOKENS = 2000;
/** However long a token lives, it is verified anew after this. */
const LIFE_MS = 60_000;

interface Verified {
  readonly principal: Principal;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Whose token was verified a moment ago, by the token's hash, so that no token lies about in memory. */
export class VerifiedTokens {
  /** In the order in which they were verified. */
  readonly #verified = new Map<string, Verified>();

  find(hash: string): Principal | null {
    const known = this.#verified.get(hash);
    if (!known) return null;
    if (known.until > Date.now()) return known.principal;
    this.#verified.delete(hash);
    return null;
  }

  /** @param expiresAt of the token, in milliseconds since the epoch. */
  remember(hash: string, principal: Principal, expiresAt: number): void {
    this.#verified.delete(hash);
    this.#verified.set(hash, { principal, until: Math.min(expiresAt, Date.now() + LIFE_MS) });
    for (const oldest of this.#verified.keys()) {
      if (this.#verified.size <= MAX_TOKENS) break;
      this.#verified.delete(oldest);
    }
  }
}
