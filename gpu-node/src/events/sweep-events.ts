/** Removes events that are older than anybody may want to resume from. */
import type { Queryable } from '../persist/database.ts';

const BATCH = 5000;

// From the oldest on and no further than a batch: no index on the time is needed. Rows that another node is removing
// are left to it. What was written under transaction numbers of another cluster moves no mark.
const SWEEP = {
  name: 'sweep-job-events',
  text: `
    WITH oldest AS (
      SELECT id, created_at FROM job_events ORDER BY id LIMIT $2
    ), gone AS (
      DELETE FROM job_events WHERE id IN (
        SELECT e.id FROM job_events e JOIN oldest USING (id)
        WHERE oldest.created_at < now() - make_interval(secs => $1) FOR UPDATE OF e SKIP LOCKED
      )
      RETURNING xact, id
    ), last AS (
      SELECT xact, id FROM gone WHERE xact < pg_snapshot_xmax(pg_current_snapshot()) ORDER BY xact DESC, id DESC LIMIT 1
    ), mark AS (
      UPDATE job_events_swept s SET xact = last.xact, id = last.id FROM last
      WHERE (s.xact, s.id) < (last.xact, last.id) OR s.xact >= pg_snapshot_xmax(pg_current_snapshot())
    )
    SELECT count(*)::int AS count FROM gone`,
};

/** @returns how many were removed. @throws DatabaseAwayError */
export async function sweepEvents(db: Queryable, retentionSeconds: number, batch: number = BATCH): Promise<number> {
  let swept = 0;
  for (;;) {
    const { rows } = await db.query<{ count: number }>(SWEEP, [retentionSeconds, batch]);
    const { count } = rows[0]!;
    swept += count;
    if (count < batch) return swept;
  }
}
