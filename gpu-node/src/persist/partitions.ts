import type { Database } from './database.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MONTHS_AHEAD = 2;

/** Make the partitions of ocr_processing_jobs for this month and the next ones. @returns how many were missing. */
export async function ensurePartitions(db: Database, monthsAhead: number = MONTHS_AHEAD): Promise<number> {
  const { rows } = await db.query<{ made: number }>('SELECT ensure_ocr_job_partitions($1) AS made', [monthsAhead]);
  return rows[0]?.made ?? 0;
}

/** ensurePartitions once a day. A failure is reported and tried again the next day: the default partition takes the rows. */
export function ensurePartitionsDaily(db: Database, onError: (error: Error) => void): { stop(): void } {
  const timer = setInterval(() => ensurePartitions(db).catch(onError), DAY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
