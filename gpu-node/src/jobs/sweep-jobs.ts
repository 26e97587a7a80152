/** Ends jobs that nobody else will end. Any node does it, in small steps. */
import { OcrError } from '@edge-ocr/shared/errors';
import type { Database, Queryable } from '../persist/database.ts';
import { QUEUE } from './boss.ts';
import type { JobData } from './job-data.ts';
import { type Settling, settleFailed, writeFailure } from './settle-job.ts';

const PAGE = 100;

/** Rows that wait since before $1, with what lies in the queue; pg-boss has no call that joins its jobs to ours. */
const EXPIRED = {
  name: 'expired-jobs',
  text: `SELECT place.data FROM ocr_processing_jobs job
         JOIN pgboss.job place ON place.name = '${QUEUE.jobs}' AND place.id = job.id
         WHERE job.status = 'queued' AND job.created_at < $1 AND place.state IN ('created', 'retry')
         ORDER BY job.created_at LIMIT ${PAGE}`,
};

/** Jobs whose tries ended with the nodes that worked on them: dead letters whose rows do not know. */
const ORPHANED = {
  name: 'orphaned-jobs',
  text: `SELECT place.data FROM ocr_processing_jobs job
         JOIN pgboss.job place ON place.name = '${QUEUE.jobs}' AND place.id = job.id
         WHERE job.status IN ('queued', 'processing') AND place.state = 'failed' LIMIT ${PAGE}`,
};

/** @returns how many were ended. */
export async function sweepJobs(
  database: Database,
  settling: Settling,
  { expireSeconds }: { expireSeconds: number },
): Promise<number> {
  const { boss } = settling;
  const late = new OcrError('TIMEOUT', {
    message: 'The job was not begun in time',
    suggestion: 'Send the image again; if this keeps happening the service needs more nodes.',
  });
  const lost = new OcrError('INTERNAL', { message: 'The nodes that worked on the job ended, each time' });
  const before = new Date(Date.now() - expireSeconds * 1000);
  const expired = await endEach(database, EXPIRED, [before], (tx, job) =>
    settleFailed(tx, job, late, settling, () => boss.cancel(tx, QUEUE.jobs, job.id)),
  );
  const orphaned = await endEach(database, ORPHANED, [], (tx, job) => writeFailure(tx, job, lost, settling));
  return expired + orphaned;
}

async function endEach(
  database: Database,
  statement: { name: string; text: string },
  values: readonly unknown[],
  end: (tx: Queryable, job: JobData) => Promise<unknown>,
): Promise<number> {
  const { rows } = await database.query<{ data: JobData }>(statement, values);
  for (const { data } of rows) await database.transaction((tx) => end(tx, data));
  return rows.length;
}
