/** Who waits before whom, and how long it takes, from what is in the database: true for all nodes. */
import type { Queryable } from '../persist/database.ts';

export interface QueueLoad {
  /** Jobs that wait, by priority. */
  readonly waiting: ReadonlyMap<number, number>;
  readonly processing: number;
  readonly failed?: number;
}

const LOAD = {
  name: 'queue-load',
  text: `SELECT status, priority, count(*)::int AS jobs FROM ocr_processing_jobs
         WHERE status IN ('queued', 'processing') GROUP BY status, priority`,
};

/** @throws DatabaseAwayError */
export async function readLoad(db: Queryable): Promise<QueueLoad> {
  const { rows } = await db.query<{ status: string; priority: number; jobs: number }>(LOAD, []);
  const waiting = new Map<number, number>();
  let processing = 0;
  for (const { status, priority, jobs } of rows) {
    if (status === 'queued') waiting.set(priority, jobs);
    else processing += jobs;
  }
  return { waiting, processing };
}

const OLDEST = {
  name: 'queue-oldest',
  text: `SELECT coalesce(greatest(extract(epoch FROM clock_timestamp() - min(created_at)), 0), 0)::float8 AS seconds
         FROM ocr_processing_jobs WHERE status = 'queued'`,
};

/** For how many seconds the oldest job that waits has waited; 0 without any. @throws DatabaseAwayError */
export async function readOldestSeconds(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ seconds: number }>(OLDEST, []);
  return rows[0]?.seconds ?? 0;
}

/** Jobs of the same or a higher priority that wait. */
export function waitingAhead({ waiting }: QueueLoad, priority: number): number {
  let ahead = 0;
  for (const [other, jobs] of waiting) if (other >= priority) ahead += jobs;
  return ahead;
}

const AHEAD = {
  name: 'queue-ahead',
  text: `SELECT count(*)::int AS ahead FROM ocr_processing_jobs
         WHERE status = 'queued' AND (priority > $1 OR (priority = $1 AND (created_at, id) < ($2, $3)))`,
};

/** Jobs that are begun before this one. */
export async function readPosition(
  db: Queryable,
  job: { priority: number; createdAt: Date; id: string },
): Promise<number> {
  const { rows } = await db.query<{ ahead: number }>(AHEAD, [job.priority, job.createdAt, job.id]);
  return rows[0]?.ahead ?? 0;
}

const RECENT = {
  name: 'recent-processing-times',
  text: `SELECT avg(processing_time_ms)::float8 AS mean_ms FROM (
           SELECT processing_time_ms FROM ocr_processing_jobs
           WHERE created_at > now() - interval '7 days' AND status = 'completed' ORDER BY created_at DESC LIMIT 100
         ) recent`,
};
const FRESH_MS = 5000;
/** Where nothing was read yet. */
const UNKNOWN_MS = 1000;

/** The mean time of the latest results, read anew every few seconds. */
export class ServiceTime {
  readonly #db: Queryable;
  #meanMs = UNKNOWN_MS;
  #readAt = 0;

  constructor(db: Queryable) {
    this.#db = db;
  }

  /** In milliseconds. An estimate is no reason to fail: where the database does not tell, the last one is given. */
  async meanMs(): Promise<number> {
    if (Date.now() - this.#readAt < FRESH_MS) return this.#meanMs;
    this.#readAt = Date.now();
    const { rows } = await this.#db.query<{ mean_ms: number | null }>(RECENT, []).catch(() => ({ rows: [] }));
    this.#meanMs = rows[0]?.mean_ms ?? this.#meanMs;
    return this.#meanMs;
  }
}

/**
 * Seconds until a job is done, in tenths.
 * @param ahead jobs that are begun before it.
 * @param places jobs that are worked on at a time, over all nodes.
 */
export function estimateSeconds(ahead: number, places: number, meanMs: number): number {
  const rounds = Math.floor(ahead / Math.max(1, places)) + 1;
  return Math.round((rounds * meanMs) / 100) / 10;
}
