/** Sends what waits in a queue: in order, one drain at a time, and what fails again later. */
import { abortReason, sleep } from '../abort.ts';
import type { ImageInput, OcrResult, ProcessOptions, UploadOptions } from '../client-options.ts';
import { backoffMs, type RetryPolicy } from '../retry.ts';
import type { ItemStore } from './item-store.ts';
import { nextItem, type StoredItem, withoutError } from './queue-item.ts';
import { type Failure, judgeFailure, shownError } from './send-outcome.ts';

/** What of the OcrClient the queue uses. */
export interface ImageReader {
  process(image: ImageInput, options: ProcessOptions, call: UploadOptions): Promise<OcrResult>;
}

export interface SenderOptions {
  readonly store: ItemStore;
  /** null while nothing can be sent. */
  readonly reader: () => ImageReader | null;
  readonly concurrency: number;
  readonly maxAttempts: number;
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** Ends it for good. */
  readonly signal: AbortSignal;
}

/** Timers overflow after 24 days; looking sooner does no harm. */
const LONGEST_PAUSE_MS = 3_600_000;

export class QueueSender {
  readonly #options: SenderOptions;
  readonly #store: ItemStore;
  readonly #policy: RetryPolicy;
  readonly #inFlight = new Set<string>();
  #draining: Promise<void> | null = null;
  /** Whether somebody asked for a drain since the last one looked. */
  #wanted = false;
  #wake: () => void = () => {};
  /** Milliseconds since the epoch before which nothing is sent; infinite: until somebody asks. */
  #pausedUntil = 0;
  #pauses = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#store = options.store;
    const { retryMs: baseMs, retryMaxMs: maxMs, maxAttempts: attempts } = options;
    this.#policy = { baseMs, maxMs, attempts, maxRetryAfterMs: Number.POSITIVE_INFINITY };
  }

  /** Until all is done or failed, or nothing can be sent. @throws what the storage throws. */
  drain(): Promise<void> {
    this.#wanted = true;
    // Somebody may have signed in.
    if (this.#pausedUntil === Number.POSITIVE_INFINITY) this.#pausedUntil = 0;
    this.#wake();
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  /** The connection is back, or somebody does not want to wait. */
  forgetPause(): void {
    this.#pausedUntil = 0;
    this.#pauses = 0;
  }

  /** Something has changed elsewhere. */
  wake(): void {
    this.#wake();
  }

  async stopped(): Promise<void> {
    this.#wake();
    await this.#draining?.catch(() => {});
  }

  async #drain(): Promise<void> {
    const { signal } = this.#options;
    try {
      while (this.#wanted) {
        this.#wanted = false;
        // Not held by who has nothing to send: another tab may have.
        if (!this.#canSend() || !this.#hasWaiting()) return;
        await this.#store.exclusive('drain', () => this.#sendAll(), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Alone: so whatever is `sending` was left so by somebody who crashed. */
  async #sendAll(): Promise<void> {
    await this.#store.load();
    for (const { id, state } of this.#store.all())
      if (state === 'sending') await this.#store.change(id, (item) => ({ ...item, state: 'waiting' }));
    const running = new Set<Promise<void>>();
    const faults: unknown[] = [];
    while (faults.length === 0 && this.#canSend()) {
      const now = Date.now();
      const isFull = running.size >= this.#options.concurrency;
      const item = isFull || now < this.#pausedUntil ? null : nextItem(this.#idle(), now);
      if (item) running.add(this.#begin(item, running, faults));
      else if (running.size === 0 && !this.#hasWaiting()) break;
      else await this.#pause(running, isFull);
    }
    await Promise.all(running);
    if (faults.length > 0) throw faults[0];
  }

  #begin({ id }: StoredItem, running: Set<Promise<void>>, faults: unknown[]): Promise<void> {
    this.#inFlight.add(id);
    const sending: Promise<void> = this.#send(id)
      .catch((error: unknown) => void faults.push(error))
      .finally(() => {
        running.delete(sending);
        this.#inFlight.delete(id);
      });
    return sending;
  }

  /** Until a send is over, something changes, or an item may be tried again. */
  async #pause(running: ReadonlySet<Promise<void>>, isFull: boolean): Promise<void> {
    const over = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const times = this.#idle().flatMap(({ state, notBefore = 0 }) => (state === 'waiting' ? [notBefore] : []));
    const until = Math.max(Math.min(...times), this.#pausedUntil) - Date.now();
    const slept = sleep(Math.min(Math.max(1, until), LONGEST_PAUSE_MS), over.signal).catch(() => {});
    await Promise.race([woken, ...running, ...(isFull || times.length === 0 ? [] : [slept])]);
    over.abort();
  }

  /** @throws what the storage throws; the signal's reason. */
  async #send(id: string): Promise<void> {
    // Another tab may have been faster.
    const item = await this.#store.change(id, (stored) =>
      stored.state === 'waiting' ? { ...stored, state: 'sending', attempts: stored.attempts + 1 } : null,
    );
    if (!item) return;
    const bytes = await this.#store.storage.image(id);
    if (!bytes) return void (await this.#store.change(id, withoutImage));
    const outcome = await this.#process(item, bytes).catch((error: unknown) => ({ error }));
    if (this.#options.signal.aborted) throw abortReason(this.#options.signal);
    if ('error' in outcome) return await this.#notSent(id, outcome.error);
    this.#pauses = 0;
    // The item first: were its image deleted first, a crash would leave an item that cannot be sent.
    await this.#store.change(id, (stored) => ({ ...withoutError(stored), state: 'done', resultId: outcome.id }));
    await this.#store.storage.deleteImage(id);
    await this.#store.prune();
  }

  async #process({ options, idempotencyKey }: StoredItem, bytes: Uint8Array): Promise<{ readonly id: string }> {
    const reader = this.#options.reader();
    if (!reader) throw new Error('Nobody is signed in');
    const { signal } = this.#options;
    return await reader.process(bytes, options, { signal, idempotencyKey, shrink: false });
  }

  async #notSent(id: string, thrown: unknown): Promise<void> {
    const failure = judgeFailure(thrown);
    if (failure.kind === 'pause')
      this.#pausedUntil = Date.now() + backoffMs(this.#policy, ++this.#pauses, failure.retryAfterSeconds);
    if (failure.kind === 'stop') this.#pausedUntil = Number.POSITIVE_INFINITY;
    await this.#store.change(id, (stored) => ({
      ...stored,
      ...this.#after(failure, stored),
      error: shownError(thrown),
    }));
  }

  #after(failure: Failure, { attempts }: StoredItem): Pick<StoredItem, 'state' | 'attempts' | 'notBefore'> {
    if (failure.kind === 'pause' || failure.kind === 'stop') return { state: 'waiting', attempts: attempts - 1 };
    if (failure.kind === 'failed' || attempts >= this.#policy.attempts) return { state: 'failed', attempts };
    const notBefore = Date.now() + backoffMs(this.#policy, attempts, failure.retryAfterSeconds);
    return { state: 'waiting', attempts, notBefore };
  }

  #canSend(): boolean {
    if (this.#options.signal.aborted || this.#pausedUntil === Number.POSITIVE_INFINITY) return false;
    return this.#options.reader() !== null;
  }

  #hasWaiting(): boolean {
    return this.#store.all().some(({ state }) => state === 'waiting' || state === 'sending');
  }

  #idle(): StoredItem[] {
    return this.#store.all().filter(({ id }) => !this.#inFlight.has(id));
  }
}

function withoutImage(item: StoredItem): StoredItem {
  const suggestion = 'Take the photo again.';
  return { ...item, state: 'failed', error: { code: 'NOT_FOUND', message: 'The stored image is gone', suggestion } };
}
