/** Who saw or removed which original. Rows are only ever added. */
import type { Principal } from '@edge-ocr/shared/access';
import type { ImageAccess, ImageSweep } from '@edge-ocr/shared/image-access';
import type { Queryable, Statement } from './database.ts';
import { storableText } from './stored-json.ts';

const RECORD_ACCESS: Statement = {
  name: 'record-image-access',
  text: `INSERT INTO image_access_log (shop_id, user_id, image_sha256, action, request_id, user_agent, ip_address)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

/** One person's access to an image of the own shop. @throws DatabaseAwayError */
export async function recordAccess(
  db: Queryable,
  access: ImageAccess,
  { shopId, userId }: Pick<Principal, 'shopId' | 'userId'>,
  requestId: string,
): Promise<void> {
  const userAgent = access.user_agent === undefined ? null : storableText(access.user_agent);
  const values = [shopId, userId, access.sha256, access.action, requestId, userAgent, access.ip_address ?? null];
  await db.query(RECORD_ACCESS, values);
}

const RECORD_SWEEP: Statement = {
  name: 'record-image-sweep',
  text: `INSERT INTO image_access_log (shop_id, user_id, image_sha256, action, request_id)
         SELECT shop_id, NULL, sha256, 'deleted', $3 FROM unnest($1::uuid[], $2::text[]) AS swept (shop_id, sha256)`,
};

/** A row for each original that retention removed, all or none; nobody is their user. @throws DatabaseAwayError */
export async function recordSweep(db: Queryable, { deleted }: ImageSweep, requestId: string): Promise<void> {
  const shops = deleted.map(({ shop_id }) => shop_id);
  await db.query(RECORD_SWEEP, [shops, deleted.map(({ sha256 }) => sha256), requestId]);
}
