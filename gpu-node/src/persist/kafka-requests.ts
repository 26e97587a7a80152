/** Requests that came over Kafka: one request, one result, however often it comes. */
import type { Queryable, Statement } from './database.ts';
import { newJobId, timeOfJobId } from './job-id.ts';

const CLAIM: Statement = {
  name: 'claim-kafka-request',
  // An update that changes nothing, for the row of who came first is to be returned, also one not yet seen here.
  text: `INSERT INTO kafka_requests AS r (shop_id, request_id, job_id) VALUES ($1, $2, $3)
         ON CONFLICT (shop_id, request_id) DO UPDATE SET job_id = r.job_id
         RETURNING job_id`,
};

const IS_COMPLETED: Statement = {
  name: 'is-job-completed',
  text: `SELECT 1 FROM ocr_processing_jobs WHERE id = $1 AND created_at = $2 AND shop_id = $3 AND status = 'completed'`,
};

/**
 * The id under which the result of this request is kept, the same for all who ask, and whether it is there already.
 * @throws DatabaseAwayError
 */
export async function claimRequest(
  db: Queryable,
  shopId: string,
  requestId: string,
): Promise<{ jobId: string; isCompleted: boolean }> {
  const { rows } = await db.query<{ job_id: string }>(CLAIM, [shopId, requestId, newJobId()]);
  const jobId = rows[0]!.job_id;
  const { rowCount } = await db.query(IS_COMPLETED, [jobId, timeOfJobId(jobId), shopId]);
  return { jobId, isCompleted: rowCount > 0 };
}

/** Forgets requests that are older. @returns how many. */
export async function sweepRequests(db: Queryable, days: number): Promise<number> {
  const { rowCount } = await db.query(
    'DELETE FROM kafka_requests WHERE received_at < now() - make_interval(days => $1)',
    [days],
  );
  return rowCount;
}
