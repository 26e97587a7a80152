import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import { DatabaseAwayError } from './database.ts';
import { connectPostgres } from './postgres.ts';

let cluster: TestCluster;
let url: string;
beforeAll(async () => {
  cluster = await startTestCluster();
  url = await cluster.createDatabase();
});
afterAll(() => cluster?.stop());

test('a transaction commits as a whole or not at all, and the connection serves on', async () => {
  const db = cluster.connect(url, { poolSize: 1 });
  await db.query('CREATE TABLE numbers (number INTEGER UNIQUE)');
  const refused = db.transaction(async (transaction) => {
    await transaction.query('INSERT INTO numbers VALUES ($1)', [1]);
    await transaction.query('INSERT INTO numbers VALUES ($1)', [1]);
  });
  await expect(refused).rejects.toMatchObject({ code: '23505' });
  const pidOf = async () => (await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  const pid = await pidOf();
  expect(await db.transaction(async (t) => (await t.query('INSERT INTO numbers VALUES (2)')).rowCount)).toBe(1);
  expect((await db.query('SELECT * FROM numbers')).rows).toEqual([{ number: 2 }]);
  expect(await pidOf()).toBe(pid);
});

test('a session is one connection, and nothing of it stays', async () => {
  const db = cluster.connect(url, { poolSize: 1 });
  await db.session(async (session) => {
    await session.query(`SET work_mem = '1MB'`);
    await session.query('SELECT pg_advisory_lock(1)');
    expect((await session.query('SHOW work_mem')).rows).toEqual([{ work_mem: '1MB' }]);
  });
  expect((await db.query('SHOW work_mem')).rows).not.toEqual([{ work_mem: '1MB' }]);
  // The server notices the closed connection a moment later.
  const locks = () => db.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`).then(({ rowCount }) => rowCount);
  await expect.poll(locks).toBe(0);
});

test('days stay days', async () => {
  const db = cluster.connect(url);
  expect((await db.query(`SELECT DATE '2026-02-28' AS day`)).rows).toEqual([{ day: '2026-02-28' }]);
});

test('a connection that breaks, idle or at work, is told as away and replaced', async () => {
  const db = cluster.connect(url, { poolSize: 2 });
  const killer = cluster.connect(url);
  const kill = (pid: number | undefined) => killer.query('SELECT pg_terminate_backend($1)', [pid]);
  const atWork = db.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await kill(rows[0]?.pid);
    // Idle in its transaction: the driver emits an error that nobody asked for.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await transaction.query('SELECT 1');
  });
  await expect(atWork).rejects.toBeInstanceOf(DatabaseAwayError);
  const { rows } = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await kill(rows[0]?.pid);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await db.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a statement that takes too long is ended and told as away, with a retry', async () => {
  const db = cluster.connect(url, { statementTimeoutMs: 100 });
  await expect(db.query('SELECT pg_sleep(5)')).rejects.toMatchObject({
    name: 'DatabaseAwayError',
    code: 'OVERLOADED',
    retryAfterSeconds: 5,
  });
});

test('an empty pool, a closed port and a silent server are away, each in bounded time', async () => {
  const full = connectPostgres({ url, poolSize: 1, connectTimeoutMs: 100 });
  await full.transaction(async () => {
    await expect(full.query('SELECT 1')).rejects.toBeInstanceOf(DatabaseAwayError);
  });
  await full.close();
  await full.close();
  await expect(full.query('SELECT 1')).rejects.toBeInstanceOf(DatabaseAwayError);

  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const silentUrl = `postgres://user:word@127.0.0.1:${port}/name`;
  const toSilence = connectPostgres({ url: silentUrl, connectTimeoutMs: 100 });
  await expect(toSilence.query('SELECT 1')).rejects.toBeInstanceOf(DatabaseAwayError);
  await toSilence.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));

  const toNobody = connectPostgres({ url: silentUrl });
  await expect(toNobody.query('SELECT 1')).rejects.toBeInstanceOf(DatabaseAwayError);
  await toNobody.close();
});

test('a URL that is none is refused without being shown', () => {
  for (const wrong of ['mysql://u:hush@host/x', 'postgres://u:hush@ho st:x/y', '']) {
    expect(() => connectPostgres({ url: wrong })).toThrow(/^The database URL is not of the form/);
  }
});
