import { createHash, randomUUID } from 'node:crypto';
import type { ImageSweep } from '@edge-ocr/shared/image-access';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import type { Database } from './database.ts';
import { recordAccess, recordSweep } from './image-access-log.ts';

let cluster: TestCluster;
let db: Database;
beforeAll(async () => {
  cluster = await startTestCluster();
  db = await cluster.openMigrated();
});
afterAll(() => cluster?.stop());

const hash = () => createHash('sha256').update(randomUUID()).digest('hex');
const rowsOf = async (shopId: string) =>
  (await db.query('SELECT * FROM image_access_log WHERE shop_id = $1 ORDER BY id', [shopId])).rows;

test('an access says who, whose, which, how and when', async () => {
  const [shopId, userId, sha256] = [randomUUID(), randomUUID(), hash()];
  const before = Date.now();
  const access = { sha256, action: 'viewed', user_agent: 'till\0/4', ip_address: '2001:db8::7' } as const;
  await recordAccess(db, access, { shopId, userId }, 'request-1');
  await recordAccess(db, { sha256, action: 'denied' }, { shopId, userId }, 'request-2');
  const [viewed, denied, ...more] = await rowsOf(shopId);
  expect(more).toEqual([]);
  expect(viewed).toMatchObject({
    user_id: userId,
    image_sha256: sha256,
    action: 'viewed',
    request_id: 'request-1',
    user_agent: 'till\uFFFD/4',
    ip_address: '2001:db8::7',
  });
  expect(Number(viewed?.created_at)).toBeGreaterThanOrEqual(before - 1000);
  expect(denied).toMatchObject({ action: 'denied', request_id: 'request-2', user_agent: null, ip_address: null });
});

test('a sweep is a row an image, of nobody, in one statement', async () => {
  const [shopId, other] = [randomUUID(), randomUUID()];
  const deleted = Array.from({ length: 1000 }, (_, i) => ({ shop_id: i % 2 ? shopId : other, sha256: hash() }));
  await recordSweep(db, { deleted }, 'sweep-1');
  const rows = await rowsOf(shopId);
  expect(rows).toHaveLength(500);
  expect(rows[0]).toMatchObject({ user_id: null, action: 'deleted', request_id: 'sweep-1' });
  expect(rows.map(({ image_sha256 }) => image_sha256)).toEqual(
    deleted.filter(({ shop_id }) => shop_id === shopId).map(({ sha256 }) => sha256),
  );
});

test('a sweep that cannot be written whole is not written at all', async () => {
  const shopId = randomUUID();
  const sweep: ImageSweep = {
    deleted: [
      { shop_id: shopId, sha256: hash() },
      { shop_id: shopId, sha256: 'no hash' },
    ],
  };
  await expect(recordSweep(db, sweep, 'sweep-2')).rejects.toMatchObject({ code: '23514' });
  expect(await rowsOf(shopId)).toEqual([]);
});
