import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from './cluster.fixture.ts';
import type { Database } from './database.ts';
import { Listener } from './listen.ts';
import { openListener } from './postgres.ts';

const PATIENCE = { timeout: 10_000, interval: 20 };
let cluster: TestCluster;
let url: string;
let db: Database;
beforeAll(async () => {
  cluster = await startTestCluster();
  url = await cluster.createDatabase();
  db = cluster.connect(url);
});
afterAll(() => cluster?.stop());

const notify = (payload: string) => db.query('SELECT pg_notify($1, $2)', ['Some channel', payload]);

function listenAt(address: string) {
  const heard: string[] = [];
  const errors: unknown[] = [];
  let times = 0;
  const listener = new Listener({
    open: openListener,
    url: address,
    channel: 'Some channel',
    checkMs: 50,
    timeoutMs: 300,
    retryMs: 20,
    retryMaxMs: 200,
    onNotification: (payload) => void heard.push(payload),
    onListening: () => times++,
    onError: (error) => void errors.push(error),
  });
  return { listener, heard, errors, times: () => times };
}

test('it hears its channel, and no more once it is closed', async () => {
  const { listener, heard, times } = listenAt(url);
  await expect.poll(times, PATIENCE).toBe(1);
  await notify('one');
  await db.query(`SELECT pg_notify('another', 'x')`);
  await notify('');
  await expect.poll(() => heard, PATIENCE).toEqual(['one', '']);
  await Promise.all([listener.close(), listener.close()]);
  await notify('two');
  expect([heard, listener.isListening]).toEqual([['one', ''], false]);
});

test('a server that is away is asked until it is there; a network that goes silent is noticed', async () => {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let silent = false;
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.on('data', (bytes) => silent || to.write(bytes));
    }
  });
  const listening = (at: number) => new Promise<void>((resolve) => proxy.listen(at, '127.0.0.1', resolve));
  await listening(0);
  const { port: proxied } = proxy.address() as { port: number };
  proxy.close();
  const address = new URL(url);
  address.host = `127.0.0.1:${proxied}`;
  const { listener, heard, errors, times } = listenAt(address.href);
  await expect.poll(() => errors.length, PATIENCE).toBeGreaterThan(1);
  await listening(proxied);
  await expect.poll(times, PATIENCE).toBe(1);
  silent = true;
  await expect.poll(() => listener.isListening, PATIENCE).toBe(false);
  silent = false;
  await expect.poll(times, PATIENCE).toBe(2);
  await notify('again');
  await expect.poll(() => heard, PATIENCE).toEqual(['again']);
  await listener.close();
  for (const socket of sockets) socket.destroy();
  proxy.close();
});

test('a server that breaks connections before they listen is asked again', async () => {
  let broken = 0;
  const breaking = createServer((socket) => {
    broken++;
    socket.on('error', () => {});
    socket.once('data', () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => breaking.listen(0, '127.0.0.1', resolve));
  const address = new URL(url);
  address.port = String((breaking.address() as { port: number }).port);
  const { listener, errors, times } = listenAt(address.href);
  // Whoever opens may hear of the end before it is told that opening failed, and must not take it for an open one's.
  const early = new Listener({
    url,
    channel: 'c',
    checkMs: 50,
    retryMs: 10,
    retryMaxMs: 10,
    onNotification: () => {},
    onListening: () => {},
    onError: (error) => void errors.push(error),
    open: async ({ onEnd }) => {
      onEnd();
      throw new Error('ended while it was opened');
    },
  });
  await expect.poll(() => broken, PATIENCE).toBeGreaterThan(2);
  await expect
    .poll(() => errors.filter((error) => String(error).includes('while it was')).length, PATIENCE)
    .toBeGreaterThan(2);
  expect([times(), listener.isListening, early.isListening]).toEqual([0, false, false]);
  await Promise.all([listener.close(), early.close()]);
  await new Promise((resolve) => breaking.close(resolve));
});
