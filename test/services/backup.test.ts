import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectPostgres } from '@edge-ocr/gpu-node/persist/postgres';
import { exampleJob } from '@edge-ocr/gpu-node/persist/result.fixture';
import { findResult, saveResult } from '@edge-ocr/gpu-node/persist/results';
import { ROOT } from '@edge-ocr/infra/local/settings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';

const serverUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const run = promisify(execFile);

describe.skipIf(!serverUrl)('the commands of docs/deployment.md for a backup', () => {
  let folder: string;
  let source: ScratchDatabase;
  let target: ScratchDatabase;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edge-ocr-backup-'));
    source = await createScratchDatabase(serverUrl!);
    target = await createScratchDatabase(serverUrl!);
  });
  afterAll(async () => {
    await source?.drop();
    await target?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function migrate(url: string): Promise<string[]> {
    const cli = join(ROOT, 'gpu-node', 'src', 'persist', 'cli.ts');
    return (await run(process.execPath, [cli], { env: { DATABASE_URL: url } })).stdout.trim().split('\n');
  }

  /** Every table of ours and of the queue, with its number of rows. */
  async function countRows(db: ScratchDatabase['db']): Promise<Record<string, number>> {
    const { rows } = await db.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname IN ('public', 'pgboss') ORDER BY 1`,
    );
    const counts: Record<string, number> = {};
    for (const { name } of rows) {
      counts[name] = (await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${name}`)).rows[0]!.n;
    }
    return counts;
  }

  it('restore all rows into an empty database, which the same release then takes as it is', async () => {
    await migrate(source.url);
    const writer = connectPostgres({ url: source.url, poolSize: 1 });
    const jobs = Array.from({ length: 5 }, () => exampleJob());
    for (const job of jobs) await saveResult(writer, job);
    await writer.close();

    const text = await readFile(join(ROOT, 'docs', 'deployment.md'), 'utf8');
    const [, commands] = /```sh\n(pg_dump [\s\S]*?)```/.exec(text)!;
    const env = { PATH: process.env.PATH, DATABASE_URL: source.url, EMPTY_DATABASE_URL: target.url };
    await run('sh', ['-ec', commands!], { cwd: folder, env });

    expect(await countRows(target.db)).toEqual(await countRows(source.db));
    expect((await migrate(target.url))[0]).toBe('Nothing to migrate.');
    const reader = connectPostgres({ url: target.url, poolSize: 1 });
    for (const job of jobs) {
      expect(await findResult(reader, job.principal.shopId, job.result.id)).toEqual(job.result);
    }
    // What came with it still works: partitions, checks and triggers.
    const another = exampleJob();
    await saveResult(reader, another);
    expect(await findResult(reader, another.principal.shopId, another.result.id)).toEqual(another.result);
    await reader.close();
  });
});
