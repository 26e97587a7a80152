import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import { newJobId, timeOfJobId } from './job-id.ts';
import { MIGRATIONS_FOLDER, migrate } from './migrate.ts';
import { ensurePartitions } from './partitions.ts';
import { exampleJob, exampleResult } from './result.fixture.ts';
import { findResult, saveResult } from './results.ts';

let cluster: TestCluster;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'edge-ocr-migrations-'));
  cluster = await startTestCluster();
});
afterAll(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function emptyDatabase() {
  return cluster.connect(await cluster.createDatabase());
}

/** A folder of migrations of our own, so that they can be changed. */
async function migrationsFolder(name: string, files: Record<string, string>): Promise<string> {
  const target = path.join(folder, name);
  await cp(MIGRATIONS_FOLDER, target, { recursive: true, filter: (source) => source === MIGRATIONS_FOLDER });
  for (const [file, sql] of Object.entries(files)) await writeFile(path.join(target, file), sql);
  return target;
}

test('applies every file once', async () => {
  const db = await emptyDatabase();
  const files = (await readdir(MIGRATIONS_FOLDER)).sort();
  expect(await migrate(db)).toEqual(files.map((file) => file.replace('.sql', '')));
  expect(await migrate(db)).toEqual([]);
  const { rows } = await db.query<{ tables: string[] }>(
    `SELECT array_agg(relname::text) AS tables FROM pg_class
     WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`,
  );
  expect(rows[0]?.tables).toEqual(
    expect.arrayContaining([
      'ocr_processing_jobs',
      'ocr_model_metrics',
      'ocr_error_logs',
      'products',
      'receipts',
      'image_access_log',
      'outbox',
      'idempotency_keys',
    ]),
  );
});

test('nodes that start at once apply it once', async () => {
  const url = await cluster.createDatabase();
  const nodes = [cluster.connect(url), cluster.connect(url), cluster.connect(url)];
  const applied = await Promise.all(nodes.map((db) => migrate(db)));
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  const made = await Promise.all(nodes.map((db) => ensurePartitions(db, 2)));
  expect(made.sort()).toEqual([0, 0, 3]);
});

test('waits for another node longer than an ordinary statement may take', async () => {
  const url = await cluster.createDatabase();
  const [slow, waiting] = [cluster.connect(url), cluster.connect(url, { statementTimeoutMs: 300 })];
  const migrations = await migrationsFolder('slow', { '001-slow.sql': 'SELECT pg_sleep(0.9); CREATE TABLE slow ()' });
  const first = migrate(slow, migrations);
  const applied = await Promise.all([first, migrate(waiting, migrations)]);
  expect(applied.flat()).toEqual(['001-slow']);
});

test('refuses a changed file, a newer database, a gap, and undoes a failed file', async () => {
  const db = await emptyDatabase();
  const two = { '001-one.sql': 'CREATE TABLE one ()', '002-two.sql': 'CREATE TABLE two ()' };
  await migrate(db, await migrationsFolder('two', two));

  const changed = await migrationsFolder('changed', { ...two, '001-one.sql': 'CREATE TABLE other ()' });
  await expect(migrate(db, changed)).rejects.toThrow(/001-one was changed/);
  const older = await migrationsFolder('older', { '001-one.sql': two['001-one.sql'] });
  await expect(migrate(db, older)).rejects.toThrow(/newer than this program.*002-two/);
  const gap = await migrationsFolder('gap', { ...two, '004-four.sql': 'SELECT 1' });
  await expect(migrate(db, gap)).rejects.toThrow(/004-four\.sql.*003-/);

  const failing = await migrationsFolder('failing', { ...two, '003-bad.sql': 'CREATE TABLE three (); SELECT 1/0' });
  await expect(migrate(db, failing)).rejects.toThrow(/003-bad failed: division by zero/);
  expect((await db.query(`SELECT to_regclass('three') AS three`)).rows).toEqual([{ three: null }]);
  const windows = await migrationsFolder('windows', { ...two, '003-three.sql': 'CREATE TABLE three ();\r\n' });
  expect(await migrate(db, windows)).toEqual(['003-three']);
});

test('rows that came before their partition move into it and stay findable', async () => {
  const db = await cluster.openMigrated();
  const job = exampleJob();
  await saveResult(db, job);
  const placeOf = async () =>
    (await db.query<{ place: string }>('SELECT tableoid::regclass::text AS place FROM ocr_processing_jobs')).rows;
  expect(await placeOf()).toEqual([{ place: 'ocr_processing_jobs_default' }]);

  expect(await ensurePartitions(db, 1)).toBe(2);
  const month = timeOfJobId(job.result.id).toISOString().slice(0, 7).replace('-', '_');
  expect(await placeOf()).toEqual([{ place: `ocr_processing_jobs_${month}` }]);
  expect(await findResult(db, job.principal.shopId, job.result.id)).toEqual(job.result);
});

test('a row of any time is kept, and its created_at is that of its id', async () => {
  const db = await cluster.openMigrated();
  await ensurePartitions(db);
  const late = exampleJob(exampleResult({ id: newJobId(Date.UTC(2091, 4, 5, 6, 7, 8, 999)) }));
  await saveResult(db, late);
  expect(await findResult(db, late.principal.shopId, late.result.id)).toEqual(late.result);
  const { rows } = await db.query<{ created_at: Date }>('SELECT created_at FROM ocr_processing_jobs');
  expect(rows).toEqual([{ created_at: new Date(Date.UTC(2091, 4, 5, 6, 7, 8, 999)) }]);
});
