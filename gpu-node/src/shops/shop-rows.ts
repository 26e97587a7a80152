/** Where rows of a shop lie in the database. Found in the catalogue, so that no table can be forgotten. */
import type { Queryable } from '../persist/database.ts';

export interface ShopRows {
  /** As the report names it; partitions count as the table that they belong to, or belonged to. */
  readonly place: string;
  /** Quoted, with its schema. Holds rows of its own: a partitioned table is its partitions. */
  readonly table: string;
  /** SQL with the shop's id as $1. */
  readonly condition: string;
}

const BY_COLUMN = `
  SELECT format('%I.%I', n.nspname, c.relname) AS table, a.attname = 'key' AS by_key,
         'table ' || regexp_replace(c.relname, '_(\\d{4}_\\d{2}|default)$', '') AS place
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind = 'r' AND n.oid = (SELECT relnamespace FROM pg_class WHERE oid = 'ocr_processing_jobs'::regclass)
    AND (a.attname = 'shop_id' OR (c.relname = 'outbox' AND a.attname = 'key'))
  ORDER BY 1`;

/** What lies in the queue and its dead letters, the images' keys in it; pg-boss splits its table by queue. */
const OF_QUEUE = `
  SELECT format('%I.%I', n.nspname, c.relname) AS table
  FROM pg_partition_tree('pgboss.job') t
  JOIN pg_class c ON c.oid = t.relid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE t.isleaf ORDER BY 1`;

/** The queue first: what is taken out of it is begun nowhere. @throws DatabaseAwayError */
export async function findShopRows(db: Queryable): Promise<ShopRows[]> {
  const queue = await db.query<{ table: string }>(OF_QUEUE);
  const { rows } = await db.query<{ table: string; place: string; by_key: boolean }>(BY_COLUMN);
  return [
    ...queue.rows.map(({ table }) => ({ place: 'job queue', table, condition: `data ->> 'shopId' = $1::uuid::text` })),
    ...rows.map(({ table, place, by_key }) => {
      return { place, table, condition: by_key ? 'key = $1::uuid::text' : 'shop_id = $1::uuid' };
    }),
  ];
}

/** @returns how many rows of the shop there are, by place. */
export async function countShopRows(db: Queryable, shopId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { place, table, condition } of await findShopRows(db)) {
    const { rows } = await db.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM ${table} WHERE ${condition}`,
      [shopId],
    );
    counts[place] = (counts[place] ?? 0) + rows[0]!.count;
  }
  return counts;
}
