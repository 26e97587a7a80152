import { setTimeout as sleep } from 'node:timers/promises';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { type ErrorCode, OcrError } from '@edge-ocr/shared/errors';
import type { ImageStore } from '../images/image-store.ts';
import { type Database, DatabaseAwayError, type Queryable, ShopErasedError } from '../persist/database.ts';
import type { DocumentRequest } from '../process-document.ts';
import type { Span, Tracing } from '../tracing/tracer.ts';
import type { Claimed } from './boss.ts';
import { factsOf, type JobData } from './job-data.ts';
import { progressNotes } from './progress-notes.ts';
import { ClaimLostError, StoppingError } from './queue-worker.ts';
import { claimOf, type Settling, settleAgain, settleCompleted, settleFailed } from './settle-job.ts';

export interface JobRunner {
  readonly database: Database;
  readonly images: ImageStore;
  readonly settling: Settling;
  readonly timeoutMs: number;
  readonly progressMs: number;
  /** Reads an image: processDocument with an engine. */
  readonly process: (request: DocumentRequest) => Promise<OcrResult>;
  readonly onCompleted: (result: OcrResult, job: JobData) => void;
  readonly tracing: Tracing;
  readonly log: JobLog;
}

export interface JobLog {
  info?(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A try that failed with one of these may pass. INTERNAL is among them: what nobody foresaw may not come again. */
const RETRYABLE: readonly ErrorCode[] = ['MODEL_ERROR', 'NETWORK_ERROR', 'TIMEOUT', 'INTERNAL', 'OVERLOADED'];

export class CancelledError extends Error {}

/** One try of a job, from its image to its outcome in the database. */
export async function runJob(claimed: Claimed<JobData>, signal: AbortSignal, runner: JobRunner): Promise<void> {
  const span = startSpan(claimed, runner.tracing);
  // What follows from the job, such as its event, continues this try.
  const traced = { ...claimed, data: { ...claimed.data, traceparent: span.traceparent ?? null } };
  try {
    await tryJob(traced, signal, runner, span);
  } finally {
    span.end();
  }
}

function startSpan({ data: job, retryCount }: Claimed<JobData>, tracing: Tracing): Span {
  return tracing.start('ocr.job', {
    kind: 'consumer',
    parent: job.traceparent ?? undefined,
    attributes: {
      'ocr.job_id': job.id,
      'ocr.shop_id': job.shopId,
      'ocr.request_id': job.requestId,
      'ocr.job.try': retryCount + 1,
    },
  });
}

async function tryJob(claimed: Claimed<JobData>, signal: AbortSignal, runner: JobRunner, span: Span): Promise<void> {
  const { database, settling, log } = runner;
  const job = claimed.data;
  const facts = { ...factsOf(job), try: claimed.retryCount + 1 };
  const claim = claimOf(settling.boss, claimed);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new OcrError('TIMEOUT')), runner.timeoutMs);
  try {
    const result = await read(claimed, AbortSignal.any([signal, timeout.signal]), runner, span);
    runner.onCompleted(result, job);
    log.info?.({ ...facts, processing_ms: result.processing_time_ms }, 'a job is completed');
  } catch (thrown) {
    // Somebody else sees to it now: who cancelled it, who took it over, or stop().
    if (isNoFailure(thrown) || isNoFailure(signal.reason)) return;
    const error = OcrError.from(thrown);
    const mayRetry = isRetryable(error);
    const willRetry = mayRetry && claimed.retryCount < claimed.retryLimit;
    span.fail(error.code);
    log.info?.({ ...facts, code: error.code, will_retry: willRetry }, 'a job failed');
    await persistently(database, signal, async (tx) => {
      if (willRetry) await settleAgain(tx, job, claim.fail);
      // What no further try would mend is done with; what tries were used up on is a dead letter.
      else await settleFailed(tx, job, error, settling, mayRetry ? claim.fail : claim.complete);
    });
  } finally {
    clearTimeout(timer);
  }
}

export function isRetryable(error: OcrError): boolean {
  return RETRYABLE.includes(error.code);
}

function isNoFailure(thrown: unknown): boolean {
  // Whoever erased the shop takes its jobs out of the queue, too.
  const reasons = [ClaimLostError, StoppingError, CancelledError, ShopErasedError];
  return reasons.some((reason) => thrown instanceof reason);
}

async function read(claimed: Claimed<JobData>, signal: AbortSignal, runner: JobRunner, span: Span): Promise<OcrResult> {
  const { database, images, settling } = runner;
  const { data: job } = claimed;
  const startedAt = new Date();
  const bytes = await images.get(job.imageKey);
  if (!bytes) throw new OcrError('NOT_FOUND', { message: 'The image of the job is no longer stored' });
  signal.throwIfAborted();
  const notes = progressNotes(database, job, runner.progressMs);
  try {
    return await runner.process({
      id: job.id,
      bytes,
      options: job.options,
      signal,
      span,
      onProgress: notes.note,
      persist: async (result, appearance) => {
        await notes.stop();
        const reading = { result, appearance, startedAt };
        const { complete } = claimOf(settling.boss, claimed);
        const kept = await persistently(database, signal, (tx) =>
          settleCompleted(tx, job, reading, settling, complete),
        );
        if (!kept) throw new ClaimLostError('Another has settled the job');
        return kept;
      },
    });
  } finally {
    await notes.stop();
  }
}

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 3000;

/**
 * A transaction, begun anew as long as the database is away. A commit whose answer was lost is found done by the next: the
 * claim is settled then.
 * @throws DatabaseAwayError once the signal aborts, or whatever else went wrong at once.
 */
export async function persistently<T>(
  database: Database,
  signal: AbortSignal,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
    try {
      return await database.transaction(work);
    } catch (error) {
      if (!(error instanceof DatabaseAwayError) || signal.aborted) throw error;
      await sleep(pauseMs);
    }
  }
}
