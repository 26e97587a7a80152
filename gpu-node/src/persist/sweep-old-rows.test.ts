import { randomUUID } from 'node:crypto';
import { OcrError } from '@edge-ocr/shared/errors';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordAct } from '../audit/audit-log.ts';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import { correctResult } from './corrections.ts';
import type { Database } from './database.ts';
import { ensurePartitions } from './partitions.ts';
import { addReceipt } from './receipts.ts';
import { exampleJob, exampleResult } from './result.fixture.ts';
import { findResult, type ResultToSave, saveFailure, saveResult } from './results.ts';
import { type Retention, sweepOldRows } from './sweep-old-rows.ts';

const KEEP: Retention = { results: 0, accessLog: 1095, errorLog: 90, auditLog: 1825 };
let cluster: TestCluster;
let db: Database;
beforeAll(async () => {
  cluster = await startTestCluster();
});
beforeEach(async () => {
  db = await cluster.openMigrated();
});
afterAll(() => cluster?.stop());

/** UUIDv7 of that instant. */
function idAt(time: string): string {
  const hex = Date.parse(time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
}

async function storedAt(time: string): Promise<ResultToSave> {
  const structured = { company: 'Harbour Lane' };
  const job = exampleJob(exampleResult({ id: idAt(time), structured, type: 'receipt' }));
  await saveResult(db, job);
  return job;
}

async function partitions(): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname LIKE 'ocr_processing_jobs_%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name.replace('ocr_processing_jobs_', ''));
}

async function count(table: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`);
  return rows[0]!.count;
}

test('partitions are made ahead of a clock that moves, each once', async () => {
  expect(await ensurePartitions(db, 2, new Date('2031-11-30T23:59:59Z'))).toBe(3);
  expect(await ensurePartitions(db, 2, new Date('2031-12-01T00:00:00Z'))).toBe(1);
  expect(await ensurePartitions(db, 2, new Date('2031-12-24T12:00:00Z'))).toBe(0);
  expect(await partitions()).toEqual(['2031_11', '2031_12', '2032_01', '2032_02', 'default']);
});

test('months go whole when all of them is past retention, and what is younger stays', async () => {
  for (const month of ['2031-01', '2031-02', '2031-03'])
    await ensurePartitions(db, 0, new Date(`${month}-05T00:00:00Z`));
  const jobs = await Promise.all(
    ['2031-01-31T23:59:59Z', '2031-02-01T00:00:00Z', '2031-03-15T00:00:00Z'].map(storedAt),
  );
  // 60 days before are in January: it is not over.
  const early = await sweepOldRows(db, { ...KEEP, results: 60 }, new Date('2031-04-01T12:00:00Z'));
  expect(early).toMatchObject({ partitions: [] });
  const late = await sweepOldRows(db, { ...KEEP, results: 60 }, new Date('2031-04-02T00:00:00Z'));
  expect(late).toMatchObject({ partitions: ['ocr_processing_jobs_2031_01'] });
  const found = await Promise.all(jobs.map(({ principal, result }) => findResult(db, principal.shopId, result.id)));
  expect(found.map((result) => result !== null)).toEqual([false, true, true]);
  expect(await partitions()).toEqual(['2031_02', '2031_03', 'default']);
});

test('by default results are never removed', async () => {
  await ensurePartitions(db, 0, new Date('2001-01-05T00:00:00Z'));
  await storedAt('2001-01-05T00:00:00Z');
  expect(await sweepOldRows(db, KEEP, new Date('2040-01-01T00:00:00Z'))).toMatchObject({ partitions: [] });
  expect(await count('ocr_processing_jobs')).toBe(1);
});

test('rows of months that never had a partition go from the default one, and only the old', async () => {
  const old = await storedAt('2030-05-05T00:00:00Z');
  const young = await storedAt('2031-05-05T00:00:00Z');
  const swept = await sweepOldRows(db, { ...KEEP, results: 100 }, new Date('2031-06-01T00:00:00Z'));
  expect(swept).toMatchObject({ partitions: [], rows: { ocr_processing_jobs_default: 1 } });
  expect(await findResult(db, old.principal.shopId, old.result.id)).toBeNull();
  expect(await findResult(db, young.principal.shopId, young.result.id)).not.toBeNull();
});

test('what was detached and not dropped, by somebody who died in between, goes the next time', async () => {
  await ensurePartitions(db, 0, new Date('2031-01-05T00:00:00Z'));
  await storedAt('2031-01-05T00:00:00Z');
  await db.query('ALTER TABLE ocr_processing_jobs DETACH PARTITION ocr_processing_jobs_2031_01');
  await sweepOldRows(db, { ...KEEP, results: 60 }, new Date('2031-06-01T00:00:00Z'));
  expect(await partitions()).toEqual(['default']);
});

test('corrections and receipts go with the results that they speak of', async () => {
  await ensurePartitions(db, 0, new Date('2031-01-05T00:00:00Z'));
  const old = await storedAt('2031-01-05T00:00:00Z');
  const young = await storedAt('2031-05-05T00:00:00Z');
  for (const { principal, result } of [old, young])
    await correctResult(db, { principal, resultId: result.id, fields: { company: 'Other' } });
  for (const { principal, result } of [old, young]) {
    const { sha256, format } = result.image;
    const key = `shop/${principal.shopId}/${sha256}`;
    const receipt = { principal, sha256, sizeBytes: 1, format: format ?? 'jpeg', imageKey: key, purchaseDate: null };
    const { id } = await addReceipt(db, receipt);
    await db.query('UPDATE receipts SET created_at = $2, updated_at = $2 WHERE id = $1', [id, result.created_at]);
  }
  const swept = await sweepOldRows(db, { ...KEEP, results: 60 }, new Date('2031-06-01T00:00:00Z'));
  expect(swept).toMatchObject({ rows: { ocr_corrections: 1, receipts: 1 } });
  const { rows } = await db.query('SELECT result_id AS id FROM ocr_corrections');
  expect(rows).toEqual([{ id: young.result.id }]);
  expect(await count('receipts')).toBe(1);
});

test('somebody who reads for long neither loses rows nor stops others: the drop waits for its turn', async () => {
  await ensurePartitions(db, 0, new Date('2031-01-05T00:00:00Z'));
  const kept = await storedAt('2031-05-05T00:00:00Z');
  const reading = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const reader = db.transaction(async (tx) => {
    await tx.query('SELECT count(*) FROM ocr_processing_jobs');
    begun.resolve();
    await reading.promise;
  });
  await begun.promise;
  const sweep = sweepOldRows(db, { ...KEEP, results: 60 }, new Date('2031-06-01T00:00:00Z'));
  await storedAt('2031-05-06T00:00:00Z');
  expect(await findResult(db, kept.principal.shopId, kept.result.id)).not.toBeNull();
  reading.resolve();
  await reader;
  expect(await sweep).toMatchObject({ partitions: ['ocr_processing_jobs_2031_01'] });
});

test('logs go by age, more than a batch of them', async () => {
  const { principal, options } = exampleJob();
  await saveFailure(db, {
    ...{ principal, options, requestId: 'request-1', error: new OcrError('MODEL_ERROR') },
    bytes: new Uint8Array([1]),
  });
  await db.query(`INSERT INTO image_access_log (shop_id, image_sha256, action, created_at)
    SELECT gen_random_uuid(), repeat('a', 64), 'deleted', now() - make_interval(days => CASE WHEN i = 0 THEN 1094 ELSE 1096 END)
    FROM generate_series(0, 2500) i`);
  await recordAct(db, { actor: 'test', action: 'jobs.redrive' });
  await db.query(
    `INSERT INTO audit_log (actor, action, at) VALUES ('test', 'jobs.redrive', now() - INTERVAL '1826 days')`,
  );
  expect(await sweepOldRows(db, KEEP)).toMatchObject({
    rows: { image_access_log: 2500, ocr_error_logs: 0, audit_log: 1 },
  });
  expect(await count('image_access_log')).toBe(1);
  const later = new Date(Date.now() + 91 * 86_400_000);
  expect(await sweepOldRows(db, KEEP, later)).toMatchObject({ rows: { ocr_error_logs: 1, audit_log: 0 } });
});

test('the audit log takes rows, and gives none back before they are a year old', async () => {
  await recordAct(db, { actor: 'test', action: 'pool.drain', details: { node: 'a' } });
  await expect(db.query(`UPDATE audit_log SET actor = 'other'`)).rejects.toThrow('only added to');
  await expect(db.query('DELETE FROM audit_log')).rejects.toThrow('only added to');
  await expect(db.query('TRUNCATE audit_log')).rejects.toThrow('only added to');
  const { rows } = await db.query('SELECT actor, action, details, shop_hash FROM audit_log');
  expect(rows).toEqual([{ actor: 'test', action: 'pool.drain', details: { node: 'a' }, shop_hash: null }]);
});

test('one node sweeps at a time', async () => {
  await db.session(async (session) => {
    await session.query(`SELECT pg_advisory_lock(hashtext('edge-ocr.sweep-old-rows'), hashtext(''))`);
    expect(await sweepOldRows(db, KEEP)).toBeNull();
  });
  expect(await sweepOldRows(db, KEEP)).not.toBeNull();
});
