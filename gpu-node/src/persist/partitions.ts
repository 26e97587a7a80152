/** The partitions of ocr_processing_jobs, one a month (UTC): made ahead, and dropped whole when their time is over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, DatabaseAwayError, type Queryable, type Transactional } from './database.ts';

const MONTHS_AHEAD = 2;

/** Make the partitions of the month of `now` and the next ones. @returns how many were missing. */
export async function ensurePartitions(
  db: Database,
  monthsAhead: number = MONTHS_AHEAD,
  now: Date = new Date(),
): Promise<number> {
  const statement = 'SELECT ensure_ocr_job_partitions($1, $2) AS made';
  const { rows } = await db.query<{ made: number }>(statement, [monthsAhead, now]);
  return rows[0]?.made ?? 0;
}

/**
 * Detaching waits for a moment in which nobody uses the parent, and meanwhile everybody else waits behind it: so never long.
 * DETACH … CONCURRENTLY would not wait, but PostgreSQL refuses it beside a default partition.
 */
const LOCK_TIMEOUT_MS = 500;
const TRIES = 10;
const PAUSE_MS = 1000;

// A table of such a name that is no partition was detached by somebody who died before the drop.
const PAST = `SELECT c.relname AS name, c.relispartition AS attached FROM pg_class c
  WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'ocr_processing_jobs'::regclass)
    AND c.relkind = 'r' AND c.relname ~ '^ocr_processing_jobs_\\d{4}_\\d{2}$'
    AND (to_date(right(c.relname, 7), 'YYYY_MM') + INTERVAL '1 month') AT TIME ZONE 'UTC' <= $1
  ORDER BY c.relname`;

/**
 * Drops the partitions whose months ended at `keptSince` or before, each in two steps, so that removing the files of a large
 * one locks nobody out. To be called by one node at a time.
 * @returns their names.
 * @throws DatabaseAwayError when a partition could not be had for ten tries; the next call goes on.
 */
export async function dropPartitionsBefore(session: Transactional, keptSince: Date): Promise<string[]> {
  const { rows } = await session.query<{ name: string; attached: boolean }>(PAST, [keptSince]);
  for (const { name, attached } of rows) {
    if (attached) await detach(session, name);
    await withLockTimeout(session, (tx) => tx.query(`DROP TABLE IF EXISTS ${name}`));
  }
  return rows.map(({ name }) => name);
}

async function detach(session: Transactional, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await withLockTimeout(session, (tx) => tx.query(`ALTER TABLE ocr_processing_jobs DETACH PARTITION ${name}`));
      return;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      if (tries === TRIES) throw new DatabaseAwayError(error);
      await sleep(PAUSE_MS);
    }
  }
}

async function withLockTimeout(session: Transactional, work: (tx: Queryable) => Promise<unknown>): Promise<void> {
  await session.transaction(async (tx) => {
    await tx.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await work(tx);
  });
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
