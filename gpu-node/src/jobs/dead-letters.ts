/** Jobs whose tries are used up: shown, and driven again when what was in their way is gone. */
import { recordJobEvent } from '../events/job-events.ts';
import type { Database } from '../persist/database.ts';
import { timeOfJobId } from '../persist/job-id.ts';
import { enqueueJobs, type QueueLimits } from './accept-jobs.ts';
import { type Boss, type DeadLetter, QUEUE } from './boss.ts';
import type { JobData } from './job-data.ts';
import { announceJobs } from './wake-up.ts';

const REOPEN = {
  name: 'reopen-job',
  text: `UPDATE ocr_processing_jobs
         SET status = 'queued', started_at = NULL, completed_at = NULL, error_code = NULL, error_message = NULL, error = NULL,
             progress_percentage = 0
         WHERE id = $1 AND created_at = $2 AND status = 'failed'`,
};

/**
 * Put dead letters back into the queue under their own ids, each in a transaction of its own.
 * @param jobId of the only one to drive again; all by default.
 * @returns ids of the jobs that are queued now. One that was completed or cancelled since is only removed.
 */
export async function redriveJobs(
  database: Database,
  boss: Boss,
  limits: QueueLimits,
  jobId?: string,
): Promise<string[]> {
  const letters = await boss.dead<JobData>(database, QUEUE.deadJobs);
  const driven: string[] = [];
  for (const letter of letters) {
    if (jobId !== undefined && letter.data.id !== jobId) continue;
    if (await redrive(database, boss, limits, letter)) driven.push(letter.data.id);
  }
  return driven;
}

async function redrive(
  database: Database,
  boss: Boss,
  limits: QueueLimits,
  { id, data }: DeadLetter<JobData>,
): Promise<boolean> {
  return await database.transaction(async (tx) => {
    await boss.remove(tx, QUEUE.deadJobs, [id]);
    const { rowCount } = await tx.query(REOPEN, [data.id, timeOfJobId(data.id)]);
    if (rowCount === 0) return false;
    // The failed one lies there for some minutes more, under the same id.
    await boss.remove(tx, QUEUE.jobs, [data.id]);
    await enqueueJobs(tx, boss, [data], limits);
    const event = { event: 'job_queued', queue_position: 0 } as const;
    await recordJobEvent(tx, { shopId: data.shopId, jobId: data.id, event });
    await announceJobs(tx);
    return true;
  });
}
