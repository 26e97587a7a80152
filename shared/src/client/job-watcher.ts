/** Waiting for jobs: one stream of events for all of them, and a look at each now and then in case an event is missed. */
import type { EventMessage } from '../contract/events.ts';
import type { OcrResult } from '../contract/result.ts';
import { abortReason, sleep } from './abort.ts';
import { ApiError } from './api-error.ts';
import type { Job, JobProgress, WaitOptions } from './client-options.ts';

export interface JobSource {
  job(id: string, call: { signal: AbortSignal }): Promise<Job>;
  result(id: string, call: { signal: AbortSignal }): Promise<OcrResult>;
  events(signal: AbortSignal): AsyncIterable<EventMessage>;
}

interface Waiter {
  readonly jobId: string;
  readonly onProgress: WaitOptions['onProgress'];
  resolve(result: OcrResult): void;
  reject(error: unknown): void;
}

type JobMessage = Extract<EventMessage, { job_id: string }>;

/** So often a job is asked about while its events are heard; and while they are not. */
const LOOK_MS = 20_000;
const LOOK_UNHEARD_MS = 3000;

export class JobWatcher {
  readonly #source: JobSource;
  readonly #waiters = new Set<Waiter>();
  #listening: AbortController | null = null;
  #isHeard = false;

  constructor(source: JobSource) {
    this.#source = source;
  }

  /** @throws ApiError why the job has no result; the signal's reason. The job goes on when the wait is aborted. */
  async wait(jobId: string, { onProgress, signal }: WaitOptions): Promise<OcrResult> {
    if (signal?.aborted) throw abortReason(signal);
    const { promise, resolve, reject } = deferred<OcrResult>();
    const waiter: Waiter = { jobId, onProgress, resolve, reject };
    const onAbort = () => reject(abortReason(signal!));
    signal?.addEventListener('abort', onAbort, { once: true });
    const over = new AbortController();
    this.#waiters.add(waiter);
    this.#listen();
    void this.#look(waiter, over.signal);
    try {
      return await promise;
    } finally {
      over.abort();
      signal?.removeEventListener('abort', onAbort);
      this.#waiters.delete(waiter);
      if (this.#waiters.size === 0) this.#stopListening();
    }
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = new AbortController();
    void this.#hear(this.#listening.signal);
  }

  #stopListening(): void {
    this.#listening?.abort();
    this.#listening = null;
    this.#isHeard = false;
  }

  /** Without the stream, looks are enough, only slower. */
  async #hear(signal: AbortSignal): Promise<void> {
    try {
      for await (const message of this.#source.events(signal)) {
        if ('job_id' in message) this.#tell(message);
        // What happened before this place is not told.
        else if (!this.#isHeard || message.event === 'reset') {
          this.#isHeard = true;
          for (const waiter of this.#waiters) void this.#lookOnce(waiter, signal);
        }
      }
    } catch {
      if (!signal.aborted) this.#isHeard = false;
    }
  }

  #tell(message: JobMessage): void {
    for (const waiter of this.#waiters) if (waiter.jobId === message.job_id) this.#tellOne(waiter, message);
  }

  #tellOne(waiter: Waiter, message: JobMessage): void {
    const { jobId } = waiter;
    if (message.event === 'job_completed') {
      if (message.result) this.#complete(waiter, message.result);
      else void this.#fetchResult(waiter);
    } else if (message.event === 'job_failed') waiter.reject(new ApiError(message.error, 200));
    else if (message.event === 'job_cancelled') waiter.reject(cancelled(jobId));
    else if (message.event === 'job_queued')
      waiter.onProgress?.({ jobId, status: 'queued', progress: 0, queuePosition: message.queue_position });
    else waiter.onProgress?.(progressOf(message));
  }

  #complete(waiter: Waiter, result: OcrResult): void {
    waiter.onProgress?.({ jobId: waiter.jobId, status: 'completed', progress: 100 });
    waiter.resolve(result);
  }

  async #fetchResult(waiter: Waiter): Promise<void> {
    const { signal } = new AbortController();
    await this.#source.result(waiter.jobId, { signal }).then(waiter.resolve, waiter.reject);
  }

  async #look(waiter: Waiter, signal: AbortSignal): Promise<void> {
    // Otherwise the stream looks once it is open.
    if (this.#isHeard) await this.#lookOnce(waiter, signal);
    while (!signal.aborted) {
      await sleep(this.#isHeard ? LOOK_MS : LOOK_UNHEARD_MS, signal).catch(() => {});
      if (!signal.aborted) await this.#lookOnce(waiter, signal);
    }
  }

  async #lookOnce(waiter: Waiter, signal: AbortSignal): Promise<void> {
    try {
      const job = await this.#source.job(waiter.jobId, { signal });
      if (job.status === 'completed' && job.result) this.#complete(waiter, job.result);
      else if (job.status === 'failed' && job.error) waiter.reject(new ApiError(job.error, 200));
      else if (job.status === 'cancelled') waiter.reject(cancelled(waiter.jobId));
      else
        waiter.onProgress?.({
          ...{ jobId: waiter.jobId, status: job.status, progress: job.progress_percentage },
          ...(job.status === 'queued' && { queuePosition: job.queue_position }),
        });
    } catch (error) {
      // The next look may go better, unless the job is not there or may not be seen.
      if (!signal.aborted && error instanceof ApiError && !error.details.retryable) waiter.reject(error);
    }
  }
}

function progressOf(message: Extract<JobMessage, { progress: number }>): JobProgress {
  const step = 'current_step' in message ? { step: message.current_step } : {};
  return { jobId: message.job_id, status: 'processing', progress: message.progress, ...step };
}

function cancelled(jobId: string): ApiError {
  const details = { suggestion: 'Send the image again if it is to be read.', retryable: false, request_id: '' };
  return new ApiError(
    { code: 'CONFLICT', message: 'The job was cancelled', details: { ...details, job_id: jobId } },
    200,
  );
}

/** Promise.withResolvers, which React Native lacks. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
