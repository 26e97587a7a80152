/** What is written of an erasure while it goes on, and what stays of it as its proof. */
import { createHash } from 'node:crypto';
import type { Queryable } from '../persist/database.ts';

export interface Count {
  readonly before: number;
  readonly deleted: number;
  /** Null until it was looked at again. */
  readonly after: number | null;
}

/** Of an erasure that is done. Says nothing that leads to the shop but a hash of its id. */
export interface ErasureReport {
  readonly erasure: string;
  /** SHA-256 of the 16 bytes of the shop's id, in hex. */
  readonly shop_sha256: string;
  readonly started_at: string;
  readonly finished_at: string;
  readonly counts: Readonly<Record<string, Count>>;
  /** Places that this program cannot reach, and what removes the shop's data there. */
  readonly left_to_do: readonly string[];
}

export interface Erasure {
  readonly id: string;
  readonly startedAt: Date;
  readonly counts: Record<string, Count>;
}

/** Keeps the shop from writing anything new, from the commit of this on. Idempotent. */
export async function blockShop(db: Queryable, shopId: string): Promise<void> {
  await db.query('INSERT INTO erased_shops (shop_hash) VALUES (hash_of_shop($1)) ON CONFLICT DO NOTHING', [shopId]);
}

/** @returns whether it was kept out. */
export async function admitShop(db: Queryable, shopId: string): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM erased_shops WHERE shop_hash = hash_of_shop($1)', [shopId]);
  return rowCount > 0;
}

/** The shop's unfinished erasure, or a new one. */
export async function openErasure(db: Queryable, shopId: string): Promise<Erasure & { readonly isNew: boolean }> {
  const added = await db.query<{ id: string }>(
    `INSERT INTO erasures (shop_hash) VALUES (hash_of_shop($1)) ON CONFLICT (shop_hash) WHERE finished_at IS NULL
     DO NOTHING RETURNING id`,
    [shopId],
  );
  const { rows } = await db.query<{ id: string; started_at: Date; counts: Record<string, Count> }>(
    'SELECT id, started_at, counts FROM erasures WHERE shop_hash = hash_of_shop($1) AND finished_at IS NULL',
    [shopId],
  );
  const { id, started_at: startedAt, counts } = rows[0]!;
  return { id, startedAt, counts, isNew: added.rowCount > 0 };
}

/** What was there before the first deletion; a later run does not count anew what is gone by then. */
export async function noteBefore(db: Queryable, id: string, found: Readonly<Record<string, number>>): Promise<void> {
  const counts = Object.entries(found).map(([place, before]) => [place, { before, deleted: 0, after: null }]);
  await db.query('UPDATE erasures SET counts = $2::jsonb || counts WHERE id = $1', [
    id,
    JSON.stringify(Object.fromEntries(counts)),
  ]);
}

/** In the transaction of the deletion, where there is one: so that it is counted once, whatever happens. */
export async function noteDeleted(db: Queryable, id: string, place: string, deleted: number): Promise<void> {
  if (deleted === 0) return;
  await db.query(
    `UPDATE erasures SET counts = jsonb_set(counts, ARRAY[$2], coalesce(counts -> $2, '{"before": 0, "deleted": 0}')
       || jsonb_build_object('deleted', coalesce((counts #>> ARRAY[$2, 'deleted'])::integer, 0) + $3::integer, 'after', NULL))
     WHERE id = $1`,
    [id, place, deleted],
  );
}

/** @returns the report as it was stored, and is to be printed. */
export async function finishErasure(
  db: Queryable,
  shopId: string,
  id: string,
  { after, leftToDo }: { after: Readonly<Record<string, number>>; leftToDo: readonly string[] },
): Promise<{ report: ErasureReport; sha256: string }> {
  const { rows } = await db.query<{ started_at: Date; counts: Record<string, Count>; hash: string; now: Date }>(
    `SELECT started_at, counts, encode(hash_of_shop($2), 'hex') AS hash, now() AS now FROM erasures WHERE id = $1`,
    [id, shopId],
  );
  const { started_at: startedAt, counts, hash, now } = rows[0]!;
  const places = [...new Set([...Object.keys(counts), ...Object.keys(after)])].sort();
  const report: ErasureReport = {
    erasure: id,
    shop_sha256: hash,
    started_at: startedAt.toISOString(),
    finished_at: now.toISOString(),
    counts: Object.fromEntries(
      places.map((place) => {
        const { before = 0, deleted = 0 } = counts[place] ?? {};
        return [place, { before, deleted, after: after[place] ?? 0 }];
      }),
    ),
    left_to_do: leftToDo,
  };
  const sha256 = hashOfReport(report);
  await db.query('UPDATE erasures SET counts = $2, report = $3, report_sha256 = $4, finished_at = $5 WHERE id = $1', [
    id,
    JSON.stringify(report.counts),
    JSON.stringify(report),
    sha256,
    now,
  ]);
  return { report, sha256 };
}

/** All erasures of a shop that are done, the latest first. */
export async function readReports(db: Queryable, shopId: string): Promise<{ report: ErasureReport; sha256: string }[]> {
  const { rows } = await db.query<{ report: ErasureReport; sha256: string }>(
    `SELECT report, report_sha256 AS sha256 FROM erasures
     WHERE shop_hash = hash_of_shop($1) AND finished_at IS NOT NULL ORDER BY started_at DESC`,
    [shopId],
  );
  return rows;
}

/** SHA-256 of the report as JSON without spaces, its keys in alphabetical order: jsonb keeps no order of its own. */
export function hashOfReport(report: ErasureReport): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(report)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
