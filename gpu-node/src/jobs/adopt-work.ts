/** Work that a request began and that goes on as a job when the request's time is over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OcrError } from '@edge-ocr/shared/errors';
import type { Database } from '../persist/database.ts';
import { adoptJob, type QueueLimits } from './accept-jobs.ts';
import { type Boss, QUEUE } from './boss.ts';
import type { JobData } from './job-data.ts';
import type { AdoptedJob } from './job-queue.ts';
import { StoppingError } from './queue-worker.ts';
import { isRetryable, persistently } from './run-job.ts';
import { type SettleClaim, type Settling, settleAgain, settleCompleted, settleFailed } from './settle-job.ts';
import { announceJobs } from './wake-up.ts';

export interface AdoptedWork {
  readonly boss: Boss;
  readonly database: Database;
  readonly settling: Settling;
  readonly limits: QueueLimits;
  /** How to abort each, by id. */
  readonly running: Map<string, (reason: Error) => void>;
}

/** For the last statements of what was aborted. */
const GIVE_BACK_MS = 3000;

/** What goes on may end within `timeoutMs`; then it is aborted, and begun anew from the queue. */
export async function endAdopted({ running }: AdoptedWork, timeoutMs: number): Promise<void> {
  const ended = async (milliseconds: number) => {
    const late = Date.now() + milliseconds;
    while (running.size > 0 && Date.now() < late) await sleep(20);
  };
  await ended(timeoutMs);
  for (const abort of running.values()) abort(new StoppingError('The node stops'));
  await ended(GIVE_BACK_MS);
}

/** @returns null when there is a row of this id already. */
export async function adopt(
  job: JobData,
  abort: (reason: Error) => void,
  work: AdoptedWork,
): Promise<AdoptedJob | null> {
  const { boss, database, settling, limits, running } = work;
  if (!(await database.transaction((tx) => adoptJob(tx, boss, job, limits)))) return null;
  running.set(job.id, abort);
  const startedAt = new Date();
  // Its place in the queue waits for a later start, and nobody holds a claim to it.
  const settle: SettleClaim = (tx) => boss.completeWaiting(tx, QUEUE.jobs, job.id);
  const over = AbortSignal.timeout(limits.timeoutSeconds * 1000);
  const timer = setTimeout(() => abort(new OcrError('TIMEOUT')), limits.timeoutSeconds * 1000).unref();
  const end = async <T>(settling_: Promise<T>): Promise<T> => {
    try {
      return await settling_;
    } finally {
      clearTimeout(timer);
      running.delete(job.id);
    }
  };
  return {
    accepted: {
      job_id: job.id,
      status: 'processing',
      queue_position: 0,
      estimated_time_seconds: limits.timeoutSeconds,
      progress_percentage: 0,
    },
    complete: (result, appearance) => {
      const reading = { result, appearance, startedAt };
      return end(persistently(database, over, (tx) => settleCompleted(tx, job, reading, settling, settle)));
    },
    fail: (error) =>
      end(
        persistently(database, over, async (tx) => {
          if (!isRetryable(error)) return void (await settleFailed(tx, job, error, settling, settle));
          await boss.hasten(tx, QUEUE.jobs, job.id);
          await settleAgain(tx, job, async () => true);
          await announceJobs(tx);
        }),
      ),
  };
}
