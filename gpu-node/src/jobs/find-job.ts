import type { ErrorEnvelope } from '@edge-ocr/shared/errors';
import type { Queryable } from '../persist/database.ts';
import { isJobId, timeOfJobId } from '../persist/job-id.ts';
import { findResult } from '../persist/results.ts';
import { estimateSeconds, readLoad, readPosition, type ServiceTime } from './estimate.ts';
import type { AcceptedJob, Job, JobStatus } from './job-queue.ts';

interface JobRow {
  readonly status: JobStatus;
  readonly priority: number;
  readonly progress_percentage: number;
  readonly created_at: Date;
  readonly error: ErrorEnvelope['error'] | null;
}

const FIND_JOB = {
  name: 'find-job',
  text: `SELECT status, priority, progress_percentage, created_at, error FROM ocr_processing_jobs
         WHERE id = $1 AND created_at = $2 AND shop_id = $3`,
};

export interface JobFinder {
  readonly serviceTime: ServiceTime;
  /** Jobs that this node works on at a time. */
  readonly places: number;
}

/** @returns null when the shop has no such job. */
export async function findJob(db: Queryable, shopId: string, id: string, finder: JobFinder): Promise<Job | null> {
  if (!isJobId(id)) return null;
  const { rows } = await db.query<JobRow>(FIND_JOB, [id, timeOfJobId(id), shopId]);
  const [row] = rows;
  if (!row) return null;
  const accepted = await stateOf(db, id, row, finder);
  if (row.status === 'completed') return { ...accepted, result: (await findResult(db, shopId, id))! };
  return row.error ? { ...accepted, error: row.error } : accepted;
}

async function stateOf(db: Queryable, id: string, row: JobRow, finder: JobFinder): Promise<AcceptedJob> {
  const { status, priority, created_at: createdAt } = row;
  const progress = status === 'completed' ? 100 : row.progress_percentage;
  const base = { job_id: id, status, queue_position: 0, estimated_time_seconds: 0, progress_percentage: progress };
  if (status !== 'queued' && status !== 'processing') return base;
  const meanMs = await finder.serviceTime.meanMs();
  if (status === 'processing') {
    return { ...base, estimated_time_seconds: estimateSeconds(0, 1, meanMs * (1 - progress / 100)) };
  }
  const ahead = await readPosition(db, { priority, createdAt, id });
  const { processing } = await readLoad(db);
  const estimate = estimateSeconds(ahead, Math.max(processing, finder.places), meanMs);
  return { ...base, queue_position: ahead, estimated_time_seconds: estimate };
}
