/** The library blocks until a window ends; nobody is refused unasked longer than this, in case the limit was raised. */
const BLOCK_MAX_MS = 10_000;
/** About 100 bytes each. */
const MAX_BLOCKS = 5000;

/**
 * Who was refused just now and until when (milliseconds since the epoch), so that a client that hammers costs no trip to
 * Redis. Shared by the requests of an isolate, and bounded.
 */
export class BriefBlocks extends Map<string, number> {
  override set(identifier: string, until: number): this {
    this.delete(identifier);
    super.set(identifier, Math.min(until, Date.now() + BLOCK_MAX_MS));
    // In the order of blocking, so the first are nearest to their end.
    for (const [oldest, end] of this) {
      if (this.size <= MAX_BLOCKS && end > Date.now()) break;
      this.delete(oldest);
    }
    return this;
  }

  isBlocked(identifier: string): boolean {
    return (this.get(identifier) ?? 0) >= Date.now();
  }
}
