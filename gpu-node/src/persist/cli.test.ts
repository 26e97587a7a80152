import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import { MIGRATIONS_FOLDER } from './migrate.ts';

const COMMAND = path.join(import.meta.dirname, 'cli.ts');
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(() => cluster?.stop());

async function migrate(environment: Record<string, string>) {
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND], { env: environment });
  return stdout.trim().split('\n');
}

test('migrates an empty database, and has nothing to do the second time', async () => {
  const DATABASE_URL = await cluster.createDatabase();
  const names = (await readdir(MIGRATIONS_FOLDER)).filter((file) => file.endsWith('.sql')).map((f) => f.slice(0, -4));
  const first = await migrate({ DATABASE_URL });
  expect(first.slice(0, -1)).toEqual(names.sort());
  expect(first.at(-1)).toMatch(/^[1-9]\d* partitions made\.$/);
  expect(await migrate({ DATABASE_URL })).toEqual(['Nothing to migrate.', '0 partitions made.']);
});

test('ends with 1 and says what to set, or that nobody answers', async () => {
  await expect(migrate({})).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Set DATABASE_URL') });
  const DATABASE_URL = 'postgres://nobody:hunter2@127.0.0.1:1/nothing';
  const failure = await migrate({ DATABASE_URL }).catch((error) => error);
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('does not answer') });
  expect(failure.stderr).not.toContain('hunter2');
});
