/** Events that wait to be published. */
import type { Queryable, Statement, Transactional } from './database.ts';

export interface OutboxRow {
  readonly id: bigint;
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  /** The CloudEvent as JSON. */
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface OutboxPage {
  readonly rows: OutboxRow[];
  /** Transactions that had begun when the rows were read have ids below this. */
  readonly begun: bigint;
  /** Transactions with ids below this have all ended. */
  readonly ended: bigint;
}

export interface OutboxBacklog {
  readonly unpublished: number;
  /** Age of the oldest of them; 0 without any. */
  readonly oldest_seconds: number;
}

/** Told of rows that are committed while the relay is idle. */
export const OUTBOX_CHANNEL = 'ocr_outbox';
/** Whoever holds it is the only one to publish. Any number, as long as every version of this program uses the same one. */
const RELAY_LOCK = 7_318_220_642;
const SWEEP_ROWS = 1000;

/** The sizes are of JSONB, which is about as long as its text and known without unpacking it. One row is read in any case. */
const READ_UNPUBLISHED: Statement = {
  name: 'read-unpublished',
  text: `
    WITH waiting AS (
      SELECT *, sum(pg_column_size(payload)) OVER (ORDER BY id) - pg_column_size(payload) AS bytes_before
      FROM (SELECT * FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1) first
    )
    SELECT w.id::text, w.topic, w.key, w.type, w.payload::text AS payload, w.headers,
           pg_snapshot_xmax(s.snapshot)::text AS begun, pg_snapshot_xmin(s.snapshot)::text AS ended
    FROM (SELECT pg_current_snapshot() AS snapshot) s
    LEFT JOIN waiting w ON w.bytes_before < $2
    ORDER BY w.id`,
};

interface ReadRow extends Omit<OutboxRow, 'id'> {
  id: string | null;
  begun: string;
  ended: string;
}

/** The first events that nobody has published, in order of id. */
export async function readUnpublished(
  db: Queryable,
  { rows, bytes }: { rows: number; bytes: number },
): Promise<OutboxPage> {
  const found = await db.query<ReadRow>(READ_UNPUBLISHED, [rows, bytes]);
  return {
    rows: found.rows.flatMap(({ id, topic, key, type, payload, headers }) =>
      id === null ? [] : [{ id: BigInt(id), topic, key, type, payload, headers }],
    ),
    begun: BigInt(found.rows[0]!.begun),
    ended: BigInt(found.rows[0]!.ended),
  };
}

export async function markPublished(db: Queryable, ids: readonly bigint[]): Promise<void> {
  const text = 'UPDATE outbox SET published_at = now() WHERE id = ANY ($1::bigint[])';
  await db.query({ name: 'mark-published', text }, [ids.map(String)]);
}

/** Held until the session ends. @returns whether it is this session's now. */
export async function tryRelayLock(session: Queryable): Promise<boolean> {
  const { rows } = await session.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [RELAY_LOCK]);
  return rows[0]!.taken;
}

/** Says whether the relay is to be told of new events. */
export async function setRelayIdle(db: Queryable, isIdle: boolean): Promise<void> {
  await db.query('UPDATE outbox_relay SET is_idle = $1 WHERE is_idle <> $1', [isIdle]);
}

export async function readBacklog(db: Queryable): Promise<OutboxBacklog> {
  const { rows } = await db.query<OutboxBacklog>({
    name: 'outbox-backlog',
    text: `SELECT count(*)::integer AS unpublished,
                  coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::double precision AS oldest_seconds
           FROM outbox WHERE published_at IS NULL`,
  });
  return rows[0]!;
}

/** Removes what was published longer ago, a bounded part at a time. @returns how many rows. */
export async function sweepPublished(db: Queryable, hours: number): Promise<number> {
  return deleteAll(db, 'published_at < now() - make_interval(hours => $1)', hours);
}

/**
 * Removes what nobody published for so long, unless some node is publishing: then it waits for Kafka and is not forgotten.
 * @returns how many rows.
 */
export async function sweepUnread(db: Transactional, hours: number): Promise<number> {
  return db.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS taken', [
      RELAY_LOCK,
    ]);
    if (!rows[0]!.taken) return 0;
    return deleteAll(transaction, 'published_at IS NULL AND created_at < now() - make_interval(hours => $1)', hours);
  });
}

async function deleteAll(db: Queryable, condition: string, hours: number): Promise<number> {
  const text = `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE ${condition} ORDER BY id LIMIT ${SWEEP_ROWS})`;
  for (let total = 0; ; ) {
    const { rowCount } = await db.query(text, [hours]);
    total += rowCount;
    if (rowCount < SWEEP_ROWS) return total;
  }
}
