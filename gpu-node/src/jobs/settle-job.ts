/** How jobs end. Whoever settles the claim writes the outcome, in the same transaction: so there is only one. */
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { OcrError } from '@edge-ocr/shared/errors';
import type { Appearance } from '../duplicates/appearance.ts';
import { recordJobEvent } from '../events/job-events.ts';
import type { Queryable } from '../persist/database.ts';
import type { DuplicateLimits } from '../persist/duplicates.ts';
import { timeOfJobId } from '../persist/job-id.ts';
import { saveFailure, saveResult } from '../persist/results.ts';
import { type Boss, type Claimed, QUEUE } from './boss.ts';
import { contextOf, type JobData, watchedOf } from './job-data.ts';
import type { JobOutcome, JobWatcher } from './job-queue.ts';

export interface Settling {
  readonly boss: Boss;
  readonly watchers: readonly JobWatcher[];
  readonly duplicateLimits: DuplicateLimits;
  readonly callbackRetries: number;
}

export interface Reading {
  readonly result: OcrResult;
  readonly appearance: Appearance | null;
  /** When this try began. */
  readonly startedAt: Date;
}

/** Takes hold of the job's end. @returns whether it was still to be had. */
export type SettleClaim = (tx: Queryable) => Promise<boolean>;

/** @returns the result as kept; null when the claim was lost, and then nothing was written. */
export async function settleCompleted(
  tx: Queryable,
  job: JobData,
  { result, appearance, startedAt }: Reading,
  settling: Settling,
  settleClaim: SettleClaim,
): Promise<OcrResult | null> {
  if (!(await settleClaim(tx))) return null;
  const kept = await saveResult(tx, {
    ...contextOf(job),
    result,
    queueWaitMs: startedAt.getTime() - timeOfJobId(job.id).getTime(),
    ...(appearance && { lookalikes: { appearance, limits: settling.duplicateLimits } }),
  });
  await recordJobEvent(tx, { shopId: job.shopId, jobId: job.id, event: { event: 'job_completed' } });
  await tellOutcome(tx, job, { status: 'completed', result: kept }, settling);
  return kept;
}

/** For good. @returns false when the claim was lost, and then nothing was written. */
export async function settleFailed(
  tx: Queryable,
  job: JobData,
  error: OcrError,
  settling: Settling,
  settleClaim: SettleClaim,
): Promise<boolean> {
  if (!(await settleClaim(tx))) return false;
  await writeFailure(tx, job, error, settling);
  return true;
}

/** The outcome alone, of a job that is in no queue any more. */
export async function writeFailure(tx: Queryable, job: JobData, error: OcrError, settling: Settling): Promise<void> {
  const bytes = { sha256: job.sha256, sizeBytes: job.sizeBytes, format: job.format };
  const written = await saveFailure(tx, { ...contextOf(job), id: job.id, error, bytes });
  if (!written) return;
  const { error: body } = error.toEnvelope(job.requestId);
  const event = { event: 'job_failed', error: body } as const;
  await recordJobEvent(tx, { shopId: job.shopId, jobId: job.id, event });
  await tellOutcome(tx, job, { status: 'failed', error }, settling);
}

const AGAIN = {
  name: 'job-again',
  text: `UPDATE ocr_processing_jobs SET status = 'queued', started_at = NULL, progress_percentage = 0
         WHERE id = $1 AND created_at = $2 AND status = 'processing'`,
};

/** To be tried again after a pause. @returns false when the claim was lost. */
export async function settleAgain(tx: Queryable, job: JobData, settleClaim: SettleClaim): Promise<boolean> {
  if (!(await settleClaim(tx))) return false;
  await tx.query(AGAIN, [job.id, timeOfJobId(job.id)]);
  return true;
}

export function claimOf(boss: Boss, claimed: Claimed<JobData>): Record<'complete' | 'fail' | 'giveBack', SettleClaim> {
  return {
    complete: (tx) => boss.complete(tx, QUEUE.jobs, claimed),
    fail: (tx) => boss.fail(tx, QUEUE.jobs, claimed, { message: 'see the job' }),
    giveBack: (tx) => boss.giveBack(tx, QUEUE.jobs, claimed),
  };
}

export async function tellOutcome(
  tx: Queryable,
  job: JobData,
  outcome: JobOutcome,
  { boss, watchers, callbackRetries }: Settling,
): Promise<void> {
  for (const watcher of watchers) await watcher.finished?.(tx, watchedOf(job), outcome);
  if (job.callbackUrl === null || outcome.status === 'cancelled') return;
  const data = { url: job.callbackUrl, shopId: job.shopId, jobId: job.id };
  await boss.enqueue(tx, QUEUE.callbacks, [{ data, retryLimit: callbackRetries, ...CALLBACK_PAUSES }]);
}

/** Pauses between calls grow to ten minutes: with 8 of them the last comes about half an hour after the first. */
const CALLBACK_PAUSES = { retryDelay: 5, retryDelayMax: 600, expireInSeconds: 180 };
