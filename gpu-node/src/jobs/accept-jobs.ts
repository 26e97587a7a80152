import { OcrError } from '@edge-ocr/shared/errors';
import { recordJobEvent } from '../events/job-events.ts';
import type { Queryable } from '../persist/database.ts';
import { type Boss, QUEUE } from './boss.ts';
import { type QueueLoad, readLoad, waitingAhead } from './estimate.ts';
import { type JobData, rowOf } from './job-data.ts';
import { announceJobs } from './wake-up.ts';

export interface QueueLimits {
  readonly maxQueued: number;
  readonly timeoutSeconds: number;
  readonly heartbeatSeconds: number;
  readonly retries: number;
}

/** First pause before another try, and the longest; each is up to twice as long, by chance. */
const RETRY_SECONDS = 1;
const RETRY_MAX_SECONDS = 30;
/** Between the end of a try by its own clock and the moment when others take its job. */
const EXPIRY_MARGIN_SECONDS = 60;

export interface Placed {
  /** Whether it was taken in now; else it was known already. */
  readonly isNew: boolean;
  readonly ahead: number;
  readonly processing: number;
}

const INSERT_ROWS = {
  name: 'accept-jobs',
  text: `INSERT INTO ocr_processing_jobs (
           id, shop_id, user_id, request_id, created_at, job_type, image_url, image_size_bytes, image_format, sha256,
           ocr_type, confidence_threshold, extract_barcodes, language, options, priority, status, started_at)
         SELECT id, shop_id, user_id, request_id, created_at, job_type, image_url, image_size_bytes, image_format, sha256,
                ocr_type, confidence_threshold, extract_barcodes, language, options, priority, $2::text,
                CASE WHEN $2::text = 'processing' THEN now() END
         FROM json_to_recordset($1) AS job (
           id uuid, shop_id uuid, user_id uuid, request_id text, created_at timestamptz, job_type text, image_url text,
           image_size_bytes integer, image_format text, sha256 text, ocr_type text, confidence_threshold numeric,
           extract_barcodes boolean, language text, options text, priority smallint)
         ON CONFLICT (id, created_at) DO NOTHING RETURNING id`,
};

/**
 * Take in jobs, in a transaction of the caller's: rows, places in the queue, events and the call that wakes workers.
 * @throws OcrError OVERLOADED when more would wait than may.
 */
export async function acceptJobs(
  tx: Queryable,
  boss: Boss,
  jobs: readonly JobData[],
  limits: QueueLimits,
): Promise<Placed[]> {
  const load = await readLoad(tx);
  refuseBeyond(load, jobs.length, limits.maxQueued);
  const { rows } = await tx.query<{ id: string }>(INSERT_ROWS, [JSON.stringify(jobs.map(rowOf)), 'queued']);
  const added = new Set(rows.map(({ id }) => id));
  const fresh = [...new Map(jobs.filter(({ id }) => added.has(id)).map((job) => [job.id, job])).values()];
  if (fresh.length > 0) {
    await enqueueJobs(tx, boss, fresh, limits);
    await announceJobs(tx);
  }
  const placed = jobs.map((job, index): Placed => {
    const before = jobs.slice(0, index).filter(({ id, priority }) => added.has(id) && priority >= job.priority).length;
    return {
      isNew: added.has(job.id),
      ahead: waitingAhead(load, job.priority) + before,
      processing: load.processing,
    };
  });
  for (const job of fresh) {
    const { id, shopId } = job;
    const event = { event: 'job_queued', queue_position: placed[jobs.indexOf(job)]!.ahead } as const;
    await recordJobEvent(tx, { shopId, jobId: id, event });
  }
  return placed;
}

/** The row of a job whose work goes on already, and a place in the queue from which it begins anew if that work dies. */
export async function adoptJob(tx: Queryable, boss: Boss, job: JobData, limits: QueueLimits): Promise<boolean> {
  const { rowCount } = await tx.query(INSERT_ROWS, [JSON.stringify([rowOf(job)]), 'processing']);
  if (rowCount === 0) return false;
  await enqueueJobs(tx, boss, [job], limits, limits.timeoutSeconds);
  const event = { event: 'job_started', progress: 0 } as const;
  await recordJobEvent(tx, { shopId: job.shopId, jobId: job.id, event });
  return true;
}

/** Only the places in the queue, for rows that are there. @param startAfter seconds. */
export async function enqueueJobs(
  tx: Queryable,
  boss: Boss,
  jobs: readonly JobData[],
  limits: QueueLimits,
  startAfter = 0,
): Promise<void> {
  const shared = {
    retryLimit: limits.retries,
    retryDelay: RETRY_SECONDS,
    retryDelayMax: RETRY_MAX_SECONDS,
    expireInSeconds: limits.timeoutSeconds + EXPIRY_MARGIN_SECONDS,
    heartbeatSeconds: limits.heartbeatSeconds,
    startAfter,
  };
  const places = jobs.map((job) => ({ ...shared, id: job.id, priority: job.priority, data: job }));
  await boss.enqueue(tx, QUEUE.jobs, places);
}

function refuseBeyond({ waiting }: QueueLoad, more: number, maxQueued: number): void {
  const queued = [...waiting.values()].reduce((sum, jobs) => sum + jobs, 0);
  if (queued + more <= maxQueued) return;
  throw new OcrError('OVERLOADED', { message: 'The queue of jobs is full', retryAfterSeconds: 30 });
}
