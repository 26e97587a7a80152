export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerOptions {
  /** So many failures within the window open it, when they are at least half of the calls. */
  readonly failures: number;
  readonly windowMs: number;
  /** Open for so long; then one call at a time may try. */
  readonly restMs: number;
  /** In milliseconds; default: the time since the process began. */
  readonly now?: () => number;
}

/**
 * Lets an engine that fails rest: closed → open after failures → half-open, in which one call probes it → closed, or open
 * again. An engine that fails now and then but mostly answers stays in use: what failed is read by the next one.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #now: () => number;
  #calls: { readonly at: number; readonly failed: boolean }[] = [];
  #openedAt: number | null = null;
  #probes = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get state(): BreakerState {
    if (this.#openedAt === null) return 'closed';
    return this.#now() - this.#openedAt < this.#options.restMs ? 'open' : 'half-open';
  }

  /** Whether a call may be made now. Whoever is let in says how it ended, by one of the three methods below. */
  enter(): boolean {
    const { state } = this;
    if (state === 'closed') return true;
    if (state === 'open' || this.#probes) return false;
    this.#probes = true;
    return true;
  }

  succeeded(): void {
    if (this.state === 'half-open') {
      this.#openedAt = null;
      this.#calls = [];
    }
    this.#probes = false;
    this.#note(false);
  }

  failed(): void {
    const { state } = this;
    if (state === 'half-open') this.#open();
    this.#probes = false;
    this.#note(true);
    const failures = this.#calls.reduce((sum, call) => sum + Number(call.failed), 0);
    if (state === 'closed' && failures >= this.#options.failures && 2 * failures >= this.#calls.length) this.#open();
  }

  /** The call was given up for reasons that are not the engine's. */
  abandoned(): void {
    this.#probes = false;
  }

  #open(): void {
    this.#openedAt = this.#now();
    this.#calls = [];
  }

  #note(failed: boolean): void {
    const from = this.#now() - this.#options.windowMs;
    this.#calls.push({ at: this.#now(), failed });
    const first = this.#calls.findIndex(({ at }) => at >= from);
    // Bounded on a busy node too: what came last says most.
    this.#calls.splice(0, Math.max(first, this.#calls.length - MAX_CALLS));
  }
}

/** Calls that are remembered at most. */
const MAX_CALLS = 1000;
