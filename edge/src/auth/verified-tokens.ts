import type { Principal } from '@edge-ocr/shared/access';

/** About 500 bytes each. */
const MAX_TOKENS = 2000;
/** However long a token lives, it is verified anew after this. */
const LIFE_MS = 60_000;

/** Who a token says it is, and when it expires in milliseconds since the epoch. */
export interface Verified {
  readonly principal: Principal;
  readonly expiresAt: number;
}

interface Remembered {
  readonly verified: Verified;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Whose token was verified a moment ago, by the token's hash, so that no token lies about in memory. */
export class VerifiedTokens {
  /** In the order in which they were verified. */
  readonly #verified = new Map<string, Remembered>();

  find(hash: string): Verified | null {
    const known = this.#verified.get(hash);
    if (!known) return null;
    if (known.until > Date.now()) return known.verified;
    this.#verified.delete(hash);
    return null;
  }

  remember(hash: string, verified: Verified): void {
    this.#verified.delete(hash);
    this.#verified.set(hash, { verified, until: Math.min(verified.expiresAt, Date.now() + LIFE_MS) });
    for (const oldest of this.#verified.keys()) {
      if (this.#verified.size <= MAX_TOKENS) break;
      this.#verified.delete(oldest);
    }
  }
}
