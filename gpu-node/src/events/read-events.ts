import type { Queryable } from '../persist/database.ts';
import type { RecordedEvent } from './job-events.ts';
import { BEGINNING, type Position, parsePosition } from './position.ts';

export interface StoredEvent {
  readonly position: Position;
  readonly jobId: string;
  readonly event: RecordedEvent;
}

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** Up to here nothing can appear any more; the events of the page are all before it. */
  readonly horizon: Position;
  /** Whether there are committed events beyond the horizon, which come when an older transaction has ended. */
  readonly heldBack: boolean;
  /** Up to here events were removed. */
  readonly swept: Position;
}

export interface EventQuery {
  readonly shopId: string;
  /** Only this job's. */
  readonly jobId?: string | undefined;
  readonly after: Position;
  /** Events at most; with so many there may be more before the horizon. */
  readonly limit: number;
}

// One statement, so one snapshot for all that it says. A position of another cluster (after a restore) may lie beyond
// the horizon: it says nothing about this one.
const READ = (ofJob: string) => `
  WITH now AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon)
  SELECT
    horizon::text AS horizon,
    (SELECT xact || '-' || id FROM job_events_swept WHERE xact < horizon) AS swept,
    EXISTS (SELECT FROM job_events e WHERE e.shop_id = $1 AND e.xact >= horizon ${ofJob}) AS "heldBack",
    (SELECT coalesce(json_agg(json_build_object('position', page.xact || '-' || page.id, 'job', job_id, 'event', event)
                              ORDER BY page.xact, page.id), '[]')
     FROM (SELECT e.xact, e.id, e.job_id, e.event FROM job_events e
           WHERE e.shop_id = $1 AND (e.xact, e.id) > ($2::xid8, $3::bigint) AND e.xact < horizon ${ofJob}
           ORDER BY e.xact, e.id LIMIT $4) page) AS events
  FROM now`;
const READ_SHOP = { name: 'read-shop-events', text: READ('') };
const READ_JOB = { name: 'read-job-events', text: READ('AND e.job_id = $5') };

interface Row {
  readonly horizon: string;
  readonly swept: string | null;
  readonly heldBack: boolean;
  readonly events: readonly { position: string; job: string; event: RecordedEvent }[];
}

/** The shop's events after a position, in their order. @throws DatabaseAwayError */
export async function readEvents(db: Queryable, { shopId, jobId, after, limit }: EventQuery): Promise<EventPage> {
  const values = [shopId, after.xact.toString(), after.id.toString(), limit];
  const { rows } = await (jobId ? db.query<Row>(READ_JOB, [...values, jobId]) : db.query<Row>(READ_SHOP, values));
  const { horizon, swept, heldBack, events } = rows[0]!;
  return {
    events: events.map(({ position, job, event }) => ({ position: parsePosition(position), jobId: job, event })),
    horizon: { xact: BigInt(horizon), id: 0n },
    heldBack,
    swept: swept === null ? BEGINNING : parsePosition(swept),
  };
}
