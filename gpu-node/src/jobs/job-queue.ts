/** What the rest of the node knows of work that is done later: an interface without pg-boss in it. */
import type { Principal } from '@edge-ocr/shared/access';
import type { JOB_STATUSES } from '@edge-ocr/shared/contract/jobs';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { ErrorEnvelope, OcrError } from '@edge-ocr/shared/errors';
import type { Appearance } from '../duplicates/appearance.ts';
import type { Queryable } from '../persist/database.ts';

export const JOB_TYPES = ['single', 'async', 'batch', 'receipt'] as const;
export type JobType = (typeof JOB_TYPES)[number];
export type JobPriority = 'low' | 'normal' | 'high';
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job to accept. Its image lies in the ImageStore already. */
export interface NewJob {
  /** UUIDv7, of the job and of its result; a new one by default. */
  readonly id?: string | undefined;
  readonly principal: Pick<Principal, 'shopId' | 'userId'>;
  readonly options: OcrOptions;
  /** In the ImageStore, see imageKey. */
  readonly imageKey: string;
  /** Of the bytes as sent, in hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** As sniffed, such as jpeg; null when unknown. */
  readonly format: string | null;
  /** Default normal. */
  readonly priority?: JobPriority | undefined;
  /** Called with the outcome. Checked already, see checkCallbackUrl. */
  readonly callbackUrl?: string | undefined;
  /** Default async. */
  readonly jobType?: JobType | undefined;
  /** Travels with the job to its watchers. */
  readonly receiptId?: string | undefined;
  readonly requestId: string;
  /** W3C trace context. */
  readonly traceparent?: string | undefined;
}

/** As the API answers it, see jobAcceptedSchema. */
export interface AcceptedJob {
  readonly job_id: string;
  readonly status: JobStatus;
  /** Jobs that are begun before this one; 0 when it is next, or no longer waits. */
  readonly queue_position: number;
  readonly estimated_time_seconds: number;
  readonly progress_percentage: number;
}

/** As the API answers it, see jobSchema. */
export interface Job extends AcceptedJob {
  readonly result?: OcrResult;
  readonly error?: ErrorEnvelope['error'];
}

/** A job as its watchers see it. */
export interface WatchedJob {
  readonly id: string;
  readonly shopId: string;
  readonly userId: string;
  readonly jobType: JobType;
  readonly receiptId: string | null;
  readonly sha256: string;
}

export type JobOutcome =
  | { readonly status: 'completed'; readonly result: OcrResult }
  | { readonly status: 'failed'; readonly error: OcrError }
  | { readonly status: 'cancelled' };

/**
 * Told of a job's changes inside the transaction that makes them: what it writes with `tx` is there together with the
 * change or not at all. It may be told twice of the same change when the transaction is repeated after it rolled back.
 */
export interface JobWatcher {
  started?(tx: Queryable, jobs: readonly WatchedJob[]): Promise<void>;
  /** The only outcome of the job, unless it is driven again. */
  finished?(tx: Queryable, job: WatchedJob, outcome: JobOutcome): Promise<void>;
}

/** A job whose work goes on in this process already. It ends once, by one of these. */
export interface AdoptedJob {
  readonly accepted: AcceptedJob;
  /** @returns the result as kept; null when the job was cancelled or taken over. */
  complete(result: OcrResult, appearance: Appearance | null): Promise<OcrResult | null>;
  /** A failure that may pass is tried again from the queue. */
  fail(error: OcrError): Promise<void>;
}

export interface JobQueue {
  /**
   * Take in a job: its row (queued), its place in the queue and the event that tells of it are written together. Accepting
   * an id again changes nothing and answers with the job as it is.
   * @param tx the caller's transaction, to write more beside it; by default one of its own, shared with other jobs that
   *   come at the same moment.
   * @throws OcrError OVERLOADED when the queue is full, DatabaseAwayError
   */
  accept(job: NewJob, tx?: Queryable): Promise<AcceptedJob>;
  /**
   * Make a job of work that has begun here, so that it is finished whatever becomes of whoever asked. Should this node die,
   * another begins it anew.
   * @param abort called when it is cancelled or the node stops.
   * @returns null when there is a job or result of this id already.
   */
  adopt(job: NewJob & { readonly id: string }, abort: (reason: Error) => void): Promise<AdoptedJob | null>;
  /** @returns null when the shop has no such job, also when another shop has. */
  find(shopId: string, id: string): Promise<Job | null>;
  /**
   * A job that waits is cancelled at once; one that runs, at any node, is aborted. Cancelling again changes nothing.
   * @throws OcrError NOT_FOUND, CONFLICT when it is completed or failed.
   */
  cancel(shopId: string, id: string): Promise<Job>;
  /** Has `watcher` told of every change from now on; before start(). */
  watch(watcher: JobWatcher): void;
  /** Begin to take jobs. Idempotent. */
  start(): Promise<void>;
  /** Jobs from the queue that this node works on now. */
  readonly inWork: number;
  /**
   * Jobs of all shops that wait, that are worked on, and dead letters, of callbacks too; and for how long the oldest has
   * waited.
   * @throws DatabaseAwayError
   */
  counts(): Promise<{
    waiting: number;
    processing: number;
    dead: number;
    deadCallbacks: number;
    oldestSeconds: number;
  }>;
  /** Take no new jobs; those in flight end or, after the cap, go back to the queue. Idempotent. */
  stop(): Promise<void>;
}
