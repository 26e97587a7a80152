/** What is told of jobs, written where and when the job changes. */
import type { JobEvent } from '@edge-ocr/shared/contract/jobs';
import { maskText } from '../log/mask-text.ts';
import type { Queryable } from '../persist/database.ts';
import { storableJson } from '../persist/stored-json.ts';

type Recorded<Event> = Event extends unknown ? Omit<Event, 'job_id' | 'result'> : never;

/** An event as it is kept: whose job it is stands beside it, and the result of a completed job is looked up when it is told. */
export type RecordedEvent = Recorded<JobEvent>;

export interface JobEventToRecord {
  readonly shopId: string;
  readonly jobId: string;
  readonly event: RecordedEvent;
}

const RECORD = {
  name: 'record-job-event',
  text: 'INSERT INTO job_events (shop_id, job_id, event) VALUES ($1, $2, $3)',
};

/**
 * Keeps an event for listeners; they hear of it when the transaction commits. Events of one job keep their order when
 * each is written in a transaction that begins after the one before has ended.
 * @param db the transaction that changes the job, or the database for what changes nothing, such as progress.
 * @throws DatabaseAwayError
 */
export async function recordJobEvent(db: Queryable, { shopId, jobId, event }: JobEventToRecord): Promise<void> {
  await db.query(RECORD, [shopId, jobId, recordedJson(event)]);
}

/**
 * The same inside another statement, as one of its `WITH` queries, which PostgreSQL runs whether it is referred to or not:
 * `WITH job AS (UPDATE … RETURNING id), told AS (${jobEventStatement('SELECT $2::uuid, id, $3::jsonb FROM job')}) …`
 * @param select rows of shop_id, job_id and event; the event as recordedJson writes it.
 */
export function jobEventStatement(select: string): string {
  return `INSERT INTO job_events (shop_id, job_id, event) ${select}`;
}

/** An event as the table keeps it; a failure's message without identity numbers. */
export function recordedJson(event: RecordedEvent): string {
  if (event.event !== 'job_failed') return storableJson(event);
  return storableJson({ ...event, error: { ...event.error, message: maskText(event.error.message) } });
}
