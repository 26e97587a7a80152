import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Admission } from '../admission.ts';
import { takingBackRefused } from '../images/take-back-refused.ts';
import { memoryStore, openTestQueue, storedJob } from '../jobs/queue.fixture.ts';
import { type RequestHandlerOptions, requestHandler } from '../kafka/request-handler.ts';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import { type Database, ShopErasedError } from '../persist/database.ts';
import { recordSweep } from '../persist/image-access-log.ts';
import { ensurePartitions } from '../persist/partitions.ts';
import { exampleJob } from '../persist/result.fixture.ts';
import { findResult, saveResult } from '../persist/results.ts';
import { NO_TRACING } from '../tracing/tracer.ts';
import { countShop, type ErasePlaces, eraseShop } from './erase-shop.ts';
import { admitShop, blockShop, hashOfReport, readReports } from './erasures.ts';
import { fillShop, rowsThatSay, type ShopMember } from './full-shop.fixture.ts';

const OPTIONS = { actor: 'test', waitMs: 5000, leftToDo: ['caches of the edge'] };
let cluster: TestCluster;
let db: Database;
let places: ErasePlaces;
let shop: ShopMember;
let other: ShopMember;
beforeAll(async () => {
  cluster = await startTestCluster();
});
beforeEach(async () => {
  db = await cluster.openMigrated();
  await ensurePartitions(db);
  places = { db, stores: [memoryStore()], redis: null };
  shop = { shopId: randomUUID(), userId: randomUUID() };
  other = { shopId: randomUUID(), userId: randomUUID() };
});
afterAll(() => cluster?.stop());

const fill = (principal: ShopMember) => fillShop(db, places.stores[0]!, principal);

async function tablesOfShops(condition: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'shop_id'
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT a.attisdropped AND ${condition} ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

describe('an erasure', () => {
  test('leaves nothing of the shop anywhere, all of another, and a proof', async () => {
    await fill(shop);
    const kept = await fill(other);
    const before = await countShop(places, shop.shopId);
    const othersBefore = await countShop(places, other.shopId);
    // Every table that knows shops has rows of it, or this test would prove nothing of that table.
    expect(Object.keys(before).sort()).toEqual(
      [...(await tablesOfShops('true')), 'outbox']
        .map((name) => `table ${name}`)
        .concat('images in memory', 'job queue')
        .sort(),
    );
    expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([]);

    const { report, sha256 } = await eraseShop(places, shop.shopId, OPTIONS);
    const expected = Object.entries(before).map(([place, count]) => [
      place,
      { before: count, deleted: count, after: 0 },
    ]);
    expect(report.counts).toEqual(Object.fromEntries(expected));
    expect(report.left_to_do).toEqual(OPTIONS.leftToDo);
    expect(await rowsThatSay(db, shop.shopId)).toEqual({});
    expect(await rowsThatSay(db, shop.userId)).toEqual({});

    expect(await countShop(places, other.shopId)).toEqual(othersBefore);
    expect(await findResult(db, other.shopId, kept.result.id)).not.toBeNull();

    const hash = createHash('sha256')
      .update(Buffer.from(shop.shopId.replaceAll('-', ''), 'hex'))
      .digest('hex');
    expect(report.shop_sha256).toBe(hash);
    expect(hashOfReport(report)).toBe(sha256);
    expect(await readReports(db, shop.shopId)).toEqual([{ report, sha256 }]);
    expect(await readReports(db, other.shopId)).toEqual([]);
    const { rows } = await db.query(`SELECT actor, action, encode(shop_hash, 'hex') AS shop FROM audit_log`);
    expect(rows).toEqual([{ actor: 'test', action: 'shop.erase', shop: hash }]);
  });

  test('can be done again, and of nothing', async () => {
    const { report } = await eraseShop(places, shop.shopId, OPTIONS);
    const again = await eraseShop(places, shop.shopId, OPTIONS);
    expect(again.report.erasure).not.toBe(report.erasure);
    expect(Object.values(again.report.counts).every(({ before, after }) => before === 0 && after === 0)).toBe(true);
  });

  test('goes on where it was cut off, and still knows what there was', async () => {
    await fill(shop);
    const before = await countShop(places, shop.shopId);
    const broken = { ...places.stores[0]!, deleteShop: () => Promise.reject(new Error('killed')) };
    const cut = eraseShop({ ...places, stores: [broken] }, shop.shopId, OPTIONS);
    await expect(cut).rejects.toThrow('killed');
    expect(await countShop(places, shop.shopId)).toMatchObject({ 'table receipts': 0, 'images in memory': 2 });
    const { report } = await eraseShop(places, shop.shopId, OPTIONS);
    const expected = Object.entries(before).map(([place, count]) => [
      place,
      { before: count, deleted: count, after: 0 },
    ]);
    expect(report.counts).toEqual(Object.fromEntries(expected));
    expect(await readReports(db, shop.shopId)).toHaveLength(1);
  });

  test('takes more rows than a batch', async () => {
    const add = `INSERT INTO ocr_error_logs (shop_id, error_type, error_message) SELECT $1, 'x', 'y' FROM generate_series(1, $2)`;
    await db.query(add, [shop.shopId, 2100]);
    const { report } = await eraseShop(places, shop.shopId, OPTIONS);
    expect(report.counts['table ocr_error_logs']).toEqual({ before: 2100, deleted: 2100, after: 0 });
  });

  test('is not done twice at once', async () => {
    await db.session(async (session) => {
      await session.query(`SELECT pg_advisory_lock(hashtext('edge-ocr.erase'), hashtext($1))`, [shop.shopId]);
      await expect(eraseShop(places, shop.shopId, OPTIONS)).rejects.toThrow('Another run');
    });
  });

  test('says so when something stays, and does not call itself done', async () => {
    await fill(shop);
    const stubborn = { ...places.stores[0]!, deleteShop: async () => {} };
    const failed = eraseShop({ ...places, stores: [stubborn] }, shop.shopId, OPTIONS);
    await expect(failed).rejects.toThrow('still there');
    expect(await readReports(db, shop.shopId)).toEqual([]);
  });
});

describe('a shop that was erased', () => {
  test('can write in no table that knows shops', async () => {
    const guarded = await tablesOfShops(
      `EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
               WHERE t.tgrelid = c.oid AND p.proname = 'refuse_erased_shop' AND t.tgenabled = 'O')`,
    );
    expect(guarded).toEqual(await tablesOfShops('true'));
  });

  test('is FORBIDDEN, whoever writes for it, until it is admitted again', async () => {
    await blockShop(db, shop.shopId);
    await expect(saveResult(db, exampleJob(undefined, shop.shopId))).rejects.toMatchObject({
      name: 'ShopErasedError',
      code: 'FORBIDDEN',
    });
    const job = exampleJob(undefined, other.shopId);
    expect(await saveResult(db, job)).toMatchObject({ id: job.result.id });
    expect(await admitShop(db, shop.shopId)).toBe(true);
    expect(await admitShop(db, shop.shopId)).toBe(false);
    const again = exampleJob(undefined, shop.shopId);
    expect(await saveResult(db, again)).toMatchObject({ id: again.result.id });
  });

  test('cannot be brought back by a transaction that began before', async () => {
    const begun = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const inFlight = db.transaction(async (tx) => {
      await saveResult(tx, exampleJob(undefined, shop.shopId));
      begun.resolve();
      await commit.promise;
    });
    await begun.promise;
    const erasing = eraseShop(places, shop.shopId, OPTIONS);
    while ((await db.query('SELECT FROM erased_shops')).rowCount === 0);
    commit.resolve();
    await inFlight;
    const { report } = await erasing;
    expect(report.counts['table ocr_processing_jobs']).toEqual({ before: 1, deleted: 1, after: 0 });
    expect(await rowsThatSay(db, shop.shopId)).toEqual({});
  });

  test('waits for no transaction without end', async () => {
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const open = db.transaction(async (tx) => {
      await tx.query('SELECT 1');
      begun.resolve();
      await end.promise;
    });
    await begun.promise;
    const erasing = eraseShop(places, shop.shopId, { ...OPTIONS, waitMs: 300 });
    await expect(erasing).rejects.toThrow('A transaction has been open');
    end.resolve();
    await open;
  });

  test('stops nobody whose jobs or images come together with its own', async () => {
    await blockShop(db, shop.shopId);
    const images = memoryStore();
    const queue = openTestQueue(db, { images, concurrency: 0 });
    await queue.start();
    const jobs = await Promise.all([shop, other].map((principal) => storedJob(images, { principal })));
    const [refused, accepted] = await Promise.allSettled(jobs.map((job) => queue.accept(job)));
    await queue.stop();
    expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(ShopErasedError) });
    expect(accepted).toMatchObject({ status: 'fulfilled', value: { status: 'queued' } });

    const deleted = [shop, other].map(({ shopId }) => ({ shop_id: shopId, sha256: 'a'.repeat(64) }));
    await recordSweep(db, { deleted }, 'retention');
    const { rows } = await db.query('SELECT shop_id FROM image_access_log');
    expect(rows).toEqual([{ shop_id: other.shopId }]);
  });

  test('leaves no image behind that was stored before its row was refused', async () => {
    await blockShop(db, shop.shopId);
    const images = memoryStore();
    for (const [principal, isKept] of [
      [shop, false],
      [other, true],
    ] as const) {
      const { imageKey: key } = await storedJob(images, { principal });
      const saving = takingBackRefused(images, key, () => saveResult(db, exampleJob(undefined, principal.shopId)));
      await saving.catch(() => {});
      expect((await images.get(key)) !== null).toBe(isKept);
    }
  });

  test('asks in vain over Kafka, and leaves no dead letter there', async () => {
    await blockShop(db, shop.shopId);
    const outcomes: string[] = [];
    const onOutcome = (outcome: string) => void outcomes.push(outcome);
    const log = { error: fail, warn: fail, info() {}, debug() {} };
    const images = memoryStore();
    const request = requestHandler({
      ...({ engine: {}, metrics: {}, lookalikes: {} } as Pick<
        RequestHandlerOptions,
        'engine' | 'metrics' | 'lookalikes'
      >),
      ...{ database: db, admission: new Admission({ requests: 9, bytes: 9 }), images, onOutcome, log },
      tracing: NO_TRACING,
      ...{
        deadLetters: { put: async () => fail(), close: async () => {} },
        limits: { inlineBytes: 99, messageBytes: 9999 },
      },
      ...{
        atOnce: 1,
        busyAt: 9,
        processingTimeoutMs: 1000,
        retries: 3,
        retryMaxMs: 1,
        stop: new AbortController().signal,
      },
    });
    const place = { topic: 't', partition: 0, offset: '0', key: null, headers: {} };
    const event = (type: string, data: object) => ({
      ...place,
      value: Buffer.from(JSON.stringify({ specversion: '1.0', type, id: 'i', source: 's', ...data })),
    });
    const { shopId, userId } = shop;
    const ids = { request_id: 'request-1', shop_id: shopId, user_id: userId };
    expect(await request(event('ocr.request', { data: { ...ids, image: { base64: 'AAAA' } } }))).toBe('done');
    expect(outcomes).toEqual(['refused']);
    for await (const image of images.list()) expect.unreachable(image.key);
  });
});

function fail(): never {
  throw new Error('not to be called');
}
