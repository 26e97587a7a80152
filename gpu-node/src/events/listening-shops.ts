import type { Queryable } from '../persist/database.ts';

const ANNOUNCE = {
  name: 'announce-event-listeners',
  text: `INSERT INTO job_event_listeners (shop_id, node_id, expires_at)
         SELECT shop_id, $2, clock_timestamp() + make_interval(secs => $3) FROM unnest($1::uuid[]) AS shop_id ORDER BY shop_id
         ON CONFLICT (shop_id, node_id) DO UPDATE SET expires_at = EXCLUDED.expires_at`,
};
const WITHDRAW = {
  name: 'withdraw-event-listeners',
  text: `DELETE FROM job_event_listeners
         WHERE (shop_id = ANY ($1::uuid[]) AND node_id = $2) OR expires_at < clock_timestamp() - INTERVAL '1 hour'`,
};

/** Says for so many seconds that a node wants to be notified of these shops' events. @throws DatabaseAwayError */
export async function announceShops(
  db: Queryable,
  { nodeId, shopIds, seconds }: { nodeId: string; shopIds: readonly string[]; seconds: number },
): Promise<void> {
  if (shopIds.length > 0) await db.query(ANNOUNCE, [shopIds, nodeId, seconds]);
}

/** Takes that back, and removes what nodes that died have left. @throws DatabaseAwayError */
export async function withdrawShops(db: Queryable, nodeId: string, shopIds: readonly string[]): Promise<void> {
  if (shopIds.length > 0) await db.query(WITHDRAW, [shopIds, nodeId]);
}
