import { randomUUID } from 'node:crypto';
import { type ImageStore, imageKey } from '@edge-ocr/gpu-node/images/image-store';
import { openS3Store } from '@edge-ocr/gpu-node/images/s3-store';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { migrate } from '@edge-ocr/gpu-node/persist/migrate';
import { ensurePartitions } from '@edge-ocr/gpu-node/persist/partitions';
import { connectPostgres } from '@edge-ocr/gpu-node/persist/postgres';
import type { ErasureReport } from '@edge-ocr/gpu-node/shops/erasures';
import { fillShop, rowsThatSay, type ShopMember } from '@edge-ocr/gpu-node/shops/full-shop.fixture';
import { answerPath, REDIS_PREFIX } from '@edge-ocr/shared/cache/answer-key';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finished, runCommand, startCommand } from '../end-to-end/command.ts';
import { type S3Server, startS3Server } from './s3-server.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';
import { type SharedRedis, startSharedRedis } from './shared-redis.ts';

const databaseUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const redisUrl = serviceUrl('TEST_REDIS_URL', 'redis://127.0.0.1:6379');
const jar = serviceUrl('TEST_S3_JAR', 's3mock-4.11.0-exec.jar, see test/services/s3-server.ts');
/** A database of Redis that no other test uses. */
const REDIS_DATABASE = 11;

interface Proof {
  readonly report: ErasureReport;
  readonly sha256: string;
}

describe.skipIf(!databaseUrl || !redisUrl || !jar)('npm run shops', () => {
  const keys = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
  const shop: ShopMember = { shopId: randomUUID(), userId: randomUUID() };
  const other: ShopMember = { shopId: randomUUID(), userId: randomUUID() };
  let scratch: ScratchDatabase;
  let db: Database;
  let redis: SharedRedis;
  let s3: S3Server;
  let stores: ImageStore[];

  beforeAll(async () => {
    scratch = await createScratchDatabase(databaseUrl!);
    // As a node's own role, which owns the database and is nobody's superuser.
    db = connectPostgres({ url: scratch.url, poolSize: 2 });
    await migrate(db);
    await ensurePartitions(db);
    redis = await startSharedRedis(redisUrl!, REDIS_DATABASE);
    s3 = await startS3Server(jar!);
    const shared = { ...keys, endpoint: s3.endpoint, region: 'auto', pathStyle: true, timeoutMs: 5000, maxAttempts: 2 };
    stores = [s3.bucket, s3.edgeBucket].map((bucket) => openS3Store({ ...shared, bucket }));
    for (const who of [shop, other]) await fillEverywhere(who);
  });

  afterAll(async () => {
    for (const store of stores ?? []) store.close();
    await s3?.stop();
    await redis?.stop();
    await db?.close();
    await scratch?.drop();
  });

  async function fillEverywhere(who: ShopMember): Promise<void> {
    const { result, options } = await fillShop(db, stores[0]!, who);
    const { sha256 } = result.image;
    await stores[1]!.put(imageKey(who.shopId, sha256), new Uint8Array([1]), 'image/jpeg');
    const path = answerPath({ shopId: who.shopId, sha256, options }, 'model/1');
    await redis.client.set(`${REDIS_PREFIX}${path}`, '{}');
    await redis.client.set(`${REDIS_PREFIX}lease/${path}`, 'x');
    await redis.client.set(`${REDIS_PREFIX}limit:user:${who.shopId}:${who.userId}:1`, '1');
    await redis.client.set(`${REDIS_PREFIX}limit:shop:${who.shopId}:1`, '1');
  }

  function environment(): Record<string, string> {
    return {
      DATABASE_URL: scratch.url,
      ...redis.variables,
      IMAGE_STORE: 's3',
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: s3.bucket,
      S3_ACCESS_KEY_ID: keys.accessKeyId,
      S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
      S3_PATH_STYLE: 'true',
      R2_ENDPOINT: s3.endpoint,
      R2_BUCKET: s3.edgeBucket,
      R2_ACCESS_KEY_ID: keys.accessKeyId,
      R2_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AUDIT_ACTOR: 'operator of the test',
    };
  }

  function shops(...args: string[]): Promise<Finished> {
    return runCommand(['run', '-s', 'shops', '--', ...args], environment());
  }

  async function countsOf({ shopId }: ShopMember): Promise<ErasureReport['counts']> {
    const { stdout } = await shops('erase', shopId, '--dry-run');
    return (JSON.parse(stdout) as { counts: ErasureReport['counts'] }).counts;
  }

  it('refuses what it does not understand, and an erasure that nobody is sure of', async () => {
    const { shopId } = shop;
    for (const args of [
      [],
      ['erase'],
      ['erase', shopId],
      ['erase', shopId, '--yes', '--dry-run'],
      ['erase', 'x', '--yes'],
    ]) {
      const { code, stderr } = await shops(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining('npm run shops -- erase SHOP --dry-run')]);
    }
    const wrong = await runCommand(['run', '-s', 'shops', '--', 'erase', shopId, '--yes'], {
      ...environment(),
      R2_ACCESS_KEY_ID: '',
    });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('all or none')]);
  });

  it('erases a shop from PostgreSQL, Redis and both stores, and nothing of another', async () => {
    const before = await countsOf(shop);
    const others = await countsOf(other);
    expect(Object.entries(before).filter(([, count]) => Number(count) === 0)).toEqual([]);
    expect(before).toMatchObject({ Redis: 4, 'images in bucket images': 2, 'images in bucket edge-images': 1 });

    const { code, stdout } = await shops('erase', shop.shopId.toUpperCase(), '--yes');
    expect(code).toBe(0);
    const { report } = JSON.parse(stdout) as Proof;
    const expected = Object.entries(before).map(([place, count]) => [
      place,
      { before: count, deleted: count, after: 0 },
    ]);
    expect(report.counts).toEqual(Object.fromEntries(expected));
    expect(report.left_to_do.join()).toContain('Caches of the edge');
    expect(report.left_to_do.join()).not.toContain('R2_ENDPOINT is not set');

    expect(await rowsThatSay(db, shop.shopId)).toEqual({});
    expect(await redis.client.keys(`*${shop.shopId}*`)).toEqual([]);
    expect(await countsOf(other)).toEqual(others);
    const proof = await shops('proof', shop.shopId);
    expect(JSON.parse(proof.stdout)).toEqual([JSON.parse(stdout)]);
    const { rows } = await db.query('SELECT actor, action FROM audit_log');
    expect(rows).toEqual([{ actor: 'operator of the test', action: 'shop.erase' }]);
  });

  it('goes on after it was killed in the middle', async () => {
    const victim = randomUUID();
    const total = 200_000;
    const add = `INSERT INTO ocr_error_logs (shop_id, error_type, error_message) SELECT $1, 'x', 'y' FROM generate_series(1, $2)`;
    await db.query(add, [victim, total]);
    const first = startCommand(['run', '-s', 'shops', '--', 'erase', victim, '--yes'], environment());
    const deleted = async () => {
      const { rows } = await db.query<{ deleted: number }>(
        `SELECT (counts #>> '{table ocr_error_logs,deleted}')::integer AS deleted FROM erasures
         WHERE shop_hash = hash_of_shop($1) AND finished_at IS NULL`,
        [victim],
      );
      return rows[0]?.deleted ?? 0;
    };
    await expect.poll(deleted, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
    first.signal('group', 'SIGKILL');
    await first.finished;
    expect(await deleted()).toBeLessThan(total);

    // Its connection, and with it its lock, ends when the server notices.
    const second = async () => await shops('erase', victim, '--yes');
    await expect.poll(async () => (await second()).code, { timeout: 60_000, interval: 500 }).toBe(0);
    const [{ report }] = JSON.parse((await shops('proof', victim)).stdout) as [Proof];
    expect(report.counts['table ocr_error_logs']).toEqual({ before: total, deleted: total, after: 0 });
  });

  it('admits a shop again', async () => {
    expect((await shops('admit', shop.shopId)).stdout).toBe('The shop may write again.\n');
    await fillEverywhere(shop);
    expect((await countsOf(shop))['table receipts']).toBe(1);
  });

  it('stands in the audit log with the other acts of operators, before they are done', async () => {
    const jobs = (...args: string[]) => runCommand(['run', '-s', 'jobs', '--', ...args], secrets());
    const secrets = () => ({ ...environment(), INTERNAL_SECRET: 'x'.repeat(32) });
    expect((await jobs('redrive')).stdout).toBe('0 put back into the queue\n');
    expect((await jobs('callback-secret', other.shopId)).stdout).toMatch(/^\S{40,}\n$/);
    const unlogged = await runCommand(['run', '-s', 'jobs', '--', 'callback-secret', other.shopId], {
      INTERNAL_SECRET: 'x'.repeat(32),
    });
    expect(unlogged.stderr).toContain('not in the audit log');
    const { rows } = await db.query(
      `SELECT action, shop_hash = hash_of_shop($1) AS other, database_role::text = current_user::text AS own_role
       FROM audit_log ORDER BY id DESC LIMIT 3`,
      [other.shopId],
    );
    expect(rows).toEqual([
      { action: 'shop.callback-secret', other: true, own_role: true },
      { action: 'jobs.redrive', other: null, own_role: true },
      { action: 'shop.admit', other: false, own_role: true },
    ]);
  });
});
