/** Takes jobs from a queue as long as there are places for them, and sees to those that it has. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Claimed } from './boss.ts';

export interface QueueWorkerOptions<T> {
  /** Jobs at a time. */
  readonly concurrency: number;
  /** Between looks into a queue that was empty, when nobody wakes the worker. */
  readonly pollMs: number;
  /** Between signs of life of the jobs in work. */
  readonly heartbeatMs: number;
  claim(limit: number): Promise<readonly Claimed<T>[]>;
  /** Does the job and settles it, whatever comes; its rejection is reported, and the job left to its heartbeat. */
  work(job: Claimed<T>, signal: AbortSignal): Promise<void>;
  /** @returns ids of the claims that still hold. */
  touch(jobs: readonly Claimed<T>[]): Promise<ReadonlySet<string>>;
  /** Puts back a job that was aborted by stop(). */
  giveBack(job: Claimed<T>): Promise<void>;
  onError(error: unknown, job?: Claimed<T>): void;
}

/** Why a job's signal aborts. */
export class ClaimLostError extends Error {}
export class StoppingError extends Error {}

interface Running<T> {
  readonly job: Claimed<T>;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** So many places become free together before the queue is asked again, when jobs are quick. */
const GATHER_MS = 4;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5000;
/** For the last statements of aborted jobs, when the time to stop is over. */
const GIVE_BACK_MS = 3000;

export class QueueWorker<T> {
  readonly #options: QueueWorkerOptions<T>;
  readonly #running = new Map<string, Running<T>>();
  #stopping = false;
  #loop: Promise<void> | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(options: QueueWorkerOptions<T>) {
    this.#options = options;
  }

  get inWork(): number {
    return this.#running.size;
  }

  /** Idempotent. */
  start(): void {
    if (this.#loop || this.#options.concurrency === 0) return;
    this.#loop = this.#takeJobs();
    this.#heartbeat = setInterval(() => this.#beat(), this.#options.heartbeatMs).unref();
  }

  /** Look into the queue now. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Abort a job if it runs here. */
  abort(id: string, reason: Error): void {
    for (const { job, controller } of this.#running.values()) if (job.id === id) controller.abort(reason);
  }

  /** Take nothing new; what runs may end within `timeoutMs`, then it goes back to the queue. Idempotent. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    this.wake();
    await Promise.race([this.#idle(), sleep(timeoutMs, undefined, { ref: false })]);
    const left = [...this.#running.values()];
    for (const { controller } of left) controller.abort(new StoppingError('The node stops'));
    if (left.length > 0) {
      const given = Promise.allSettled(left.map(({ job }) => this.#options.giveBack(job)));
      await Promise.race([given, sleep(GIVE_BACK_MS, undefined, { ref: false })]);
    }
    clearInterval(this.#heartbeat);
  }

  async #idle(): Promise<void> {
    await this.#loop;
    while (this.#running.size > 0) await Promise.allSettled([...this.#running.values()].map(({ ended }) => ended));
  }

  async #takeJobs(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#stopping) {
      const places = this.#options.concurrency - this.#running.size;
      if (places === 0) {
        await this.#placeFree();
        continue;
      }
      try {
        // Before the look: a call that comes during it must not be lost.
        this.#wake = Promise.withResolvers();
        const claimed = await this.#options.claim(places);
        pauseMs = FIRST_PAUSE_MS;
        for (const job of claimed) this.#begin(job);
        if (claimed.length < places) await this.#called(this.#options.pollMs);
      } catch (error) {
        this.#options.onError(error);
        await this.#called(pauseMs);
        pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
      }
    }
  }

  #begin(job: Claimed<T>): void {
    const controller = new AbortController();
    // A job whose claim was lost may come again while its first try still ends.
    const claim = `${job.id} ${job.retryCount}`;
    const ended = this.#options
      .work(job, controller.signal)
      .catch((error) => this.#options.onError(error, job))
      .finally(() => this.#running.delete(claim));
    this.#running.set(claim, { job, controller, ended });
  }

  async #placeFree(): Promise<void> {
    await Promise.race([...this.#running.values()].map(({ ended }) => ended));
    await sleep(GATHER_MS);
  }

  async #called(milliseconds: number): Promise<void> {
    const over = new AbortController();
    const pause = sleep(milliseconds, undefined, { signal: over.signal }).catch(() => {});
    await Promise.race([this.#wake.promise, pause]);
    over.abort();
  }

  async #beat(): Promise<void> {
    const jobs = [...this.#running.values()].map(({ job }) => job);
    if (jobs.length === 0) return;
    try {
      const alive = await this.#options.touch(jobs);
      for (const { id } of jobs) if (!alive.has(id)) this.abort(id, new ClaimLostError('The claim was lost'));
    } catch (error) {
      // A beat that does not come through is nothing yet; the next may.
      this.#options.onError(error);
    }
  }
}
