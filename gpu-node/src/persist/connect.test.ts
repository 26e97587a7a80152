import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from './connect.ts';
import { exampleJob } from './result.fixture.ts';
import { findResult, saveResult } from './results.ts';

test('opens the embedded database ready for use, and again with what it held', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'edge-ocr-postgres-'));
  try {
    const messages: object[] = [];
    const log = { info: (fields: object) => void messages.push(fields), warn: () => {} };
    const first = await openDatabase({ dataDir, poolSize: 2, log });
    const job = exampleJob();
    await saveResult(first.db, job);
    const byUrl = await openDatabase({ databaseUrl: first.url, dataDir: '/nowhere', poolSize: 2 });
    expect(await findResult(byUrl.db, job.principal.shopId, job.result.id)).toEqual(job.result);
    await byUrl.close();
    await first.close();
    await first.close();

    const second = await openDatabase({ dataDir, log });
    expect(await findResult(second.db, job.principal.shopId, job.result.id)).toEqual(job.result);
    const { rows } = await second.db.query('SELECT tableoid::regclass::text AS place FROM ocr_processing_jobs');
    expect(rows[0]?.place).toMatch(/^ocr_processing_jobs_\d{4}_\d{2}$/);
    await second.close();
    expect(messages).toMatchObject([
      { embedded: true, partitions: 3 },
      { embedded: true, migrations: [], partitions: 0 },
    ]);
    expect(JSON.stringify(messages)).not.toContain(new URL(first.url).password);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('a database that is away stops the start in bounded time', async () => {
  const away = openDatabase({
    databaseUrl: 'postgres://u:p@127.0.0.1:1/x',
    dataDir: '/nowhere',
    connectTimeoutMs: 500,
  });
  await expect(away).rejects.toMatchObject({ name: 'DatabaseAwayError' });
});
