import type { Queryable } from './database.ts';

/** So that no statement holds locks for long, or writes more than the server gets onto its disk meanwhile. */
const BATCH_ROWS = 1000;

/**
 * Deletes rows of one table that is no partitioned one, a bounded part at a time.
 * @param table, condition SQL of ours, with $1 to $n for `values`.
 * @returns how many rows.
 * @throws DatabaseAwayError
 */
export async function deleteInBatches(
  db: Queryable,
  table: string,
  condition: string,
  values: readonly unknown[],
): Promise<number> {
  for (let deleted = 0; ; ) {
    const { rowCount } = await db.query(batchStatement(table, condition, BATCH_ROWS), values);
    deleted += rowCount;
    if (rowCount < BATCH_ROWS) return deleted;
  }
}

/** One part: at most `limit` rows. */
export function batchStatement(table: string, condition: string, limit: number): string {
  return `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${limit}))`;
}
