import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
import { connectPostgres } from './postgres.ts';
import { readPostmaster } from './postmaster.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** mkdtemp makes it 0700: when root runs the tests, nobody else may enter. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'edge-ocr-postgres-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function start(dataDir: string, options?: EmbeddedPostgresOptions) {
  const server = await startEmbeddedPostgres(dataDir, options);
  cleanUps.push(() => server.stop());
  return server;
}

async function query<Row>(url: string, sql: string): Promise<Row[]> {
  const db = connectPostgres({ url, poolSize: 1 });
  try {
    return (await db.query<Row>(sql)).rows;
  } finally {
    await db.close();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A process of its own that starts the server on `dataDir` and stays until it is killed. */
async function startInChild(dataDir: string, options: EmbeddedPostgresOptions): Promise<ChildProcess> {
  const module = JSON.stringify(path.join(import.meta.dirname, 'embedded-postgres.ts'));
  const script = `const { startEmbeddedPostgres } = await import(${module});
    await startEmbeddedPostgres(${JSON.stringify(dataDir)}, ${JSON.stringify(options)});
    console.log('started'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  });
  cleanUps.push(async () => child.kill('SIGKILL'));
  const [output] = await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    once(child, 'exit').then(([code]) => [`exited with ${code}`]),
  ]);
  expect(String(output)).toContain('started');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test('starts where only its owner may enter, keeps data and password over a restart', async () => {
  const dataDir = path.join(await temporaryFolder(), 'nested', 'data');
  const first = await start(dataDir);
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  await first.stop();

  const second = await start(dataDir);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
  expect((await stat(path.join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
  const settings = `SELECT current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
    current_setting('listen_addresses') AS listens, current_setting('unix_socket_directories') AS sockets`;
  expect(await query(second.url, settings)).toEqual([
    { encoding: 'UTF8', fsync: 'on', listens: '127.0.0.1', sockets: '' },
  ]);
});

test('starts in a folder that everybody may enter, and leaves its mode alone', async () => {
  const parent = await temporaryFolder();
  await chmod(parent, 0o755);
  const dataDir = path.join(parent, 'data');
  await mkdir(dataDir, { mode: 0o750 });
  const server = await start(dataDir);
  expect(await query(server.url, 'SELECT current_database() AS name')).toEqual([{ name: 'edge_ocr' }]);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o750);
  expect((await stat(parent)).mode & 0o777).toBe(0o755);
});

test('refuses a wrong password, and a second start in one process joins the first', async () => {
  const dataDir = await temporaryFolder();
  const [one, two] = await Promise.all([start(dataDir), start(dataDir)]);
  expect(two.url).toBe(one.url);
  const wrong = new URL(one.url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
});

test('a server that outlived its killed parent is stopped, and its data is there', async () => {
  const dataDir = await temporaryFolder();
  const child = await startInChild(dataDir, { stopWithParent: false });
  const stale = await readPostmaster(path.join(dataDir, 'postgres'));
  await expect(startEmbeddedPostgres(dataDir)).rejects.toThrow(/in use by process \d+.*Set DATABASE_URL/s);

  await kill(child);
  expect(isRunning(stale?.pid as number)).toBe(true);
  const server = await start(dataDir);
  const fresh = await readPostmaster(path.join(dataDir, 'postgres'));
  expect(fresh?.pid).not.toBe(stale?.pid);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test.runIf(process.platform === 'linux')('the server goes when its parent is killed', async () => {
  const dataDir = await temporaryFolder();
  const pidFile = path.join(dataDir, 'postgres', 'postmaster.pid');
  const child = await startInChild(dataDir, {});
  await kill(child);
  // PostgreSQL removes its pid file as the last thing of an orderly shutdown.
  await expect
    .poll(
      () =>
        stat(pidFile).then(
          () => 'there',
          () => 'gone',
        ),
      { timeout: 10_000 },
    )
    .toBe('gone');
});

test('a pid file whose pid belongs to a stranger does not block the start', async () => {
  const dataDir = await temporaryFolder();
  await (await start(dataDir)).stop();
  const pidFile = path.join(dataDir, 'postgres', 'postmaster.pid');
  // This very process is alive and no PostgreSQL.
  await writeFile(pidFile, `${process.pid}\n${path.dirname(pidFile)}\n1\n5432\n\n127.0.0.1\n\nready   \n`);
  const server = await start(dataDir);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(isRunning(process.pid)).toBe(true);
});

test('a killed server recovers what was committed', async () => {
  const dataDir = await temporaryFolder();
  const first = await start(dataDir);
  await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
  process.kill((await readPostmaster(path.join(dataDir, 'postgres')))?.pid as number, 'SIGKILL');
  await sleep(50);
  await first.stop();
  const second = await start(dataDir);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
});

test('a lost password is told, not guessed', async () => {
  const dataDir = await temporaryFolder();
  await (await start(dataDir)).stop();
  const file = path.join(dataDir, 'postgres-password');
  expect((await readFile(file, 'utf8')).length).toBeGreaterThan(20);
  await rm(file);
  await expect(startEmbeddedPostgres(dataDir)).rejects.toThrow(/postgres-password is missing.*Set DATABASE_URL/s);
});
