import { OcrError } from '@edge-ocr/shared/errors';
import { recordJobEvent } from '../events/job-events.ts';
import type { Database } from '../persist/database.ts';
import { isJobId, timeOfJobId } from '../persist/job-id.ts';
import { QUEUE } from './boss.ts';
import type { JobData } from './job-data.ts';
import type { JobStatus } from './job-queue.ts';
import { type Settling, tellOutcome } from './settle-job.ts';
import { announceCancelled } from './wake-up.ts';

const PLACE_DATA = `SELECT data FROM pgboss.job WHERE name = '${QUEUE.jobs}' AND id = $1`;

const STATUS = 'SELECT status FROM ocr_processing_jobs WHERE id = $1 AND created_at = $2 AND shop_id = $3';

const CANCEL = {
  name: 'cancel-job',
  text: `UPDATE ocr_processing_jobs SET status = 'cancelled', completed_at = now()
         WHERE id = $1 AND created_at = $2 AND shop_id = $3 AND status IN ('queued', 'processing')`,
};

/** @throws OcrError NOT_FOUND, CONFLICT when the job is completed or failed. */
export async function cancelJob(database: Database, shopId: string, id: string, settling: Settling): Promise<void> {
  if (!isJobId(id)) throw new OcrError('NOT_FOUND');
  const key = [id, timeOfJobId(id), shopId];
  const { rows } = await database.query<{ status: JobStatus }>(STATUS, key);
  if (!rows[0]) throw new OcrError('NOT_FOUND');
  if (rows[0].status === 'cancelled') return;
  await database.transaction(async (tx) => {
    // First the place in the queue and then the row, as whoever settles a job does.
    await settling.boss.cancel(tx, QUEUE.jobs, id);
    const { rowCount } = await tx.query(CANCEL, key);
    if (rowCount === 0) throw alreadyOver();
    await announceCancelled(tx, id);
    await recordJobEvent(tx, { shopId, jobId: id, event: { event: 'job_cancelled' } });
    const { rows: places } = await tx.query<{ data: JobData }>(PLACE_DATA, [id]);
    if (places[0]) await tellOutcome(tx, places[0].data, { status: 'cancelled' }, settling);
  });
}

function alreadyOver(): OcrError {
  return new OcrError('CONFLICT', {
    message: 'The job is over already',
    suggestion: 'Read its outcome at /api/v1/ocr/jobs/{id}.',
  });
}
