import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database } from '../persist/database.ts';
import { newJobId } from '../persist/job-id.ts';
import { migrate } from '../persist/migrate.ts';
import { type Closing, type EventConnection, PendingWrites } from './connection.ts';
import { type EventNode, startEventNode } from './event-node.fixture.ts';
import { placeMessage } from './messages.ts';
import { Subscription } from './subscription.ts';

const PATIENCE = { timeout: 15_000, interval: 20 };
/** Far more than the kernel takes for a connection that nobody reads. */
const EVENTS = 300;
const EVENT_BYTES = 100_000;
let cluster: TestCluster;
let url: string;
let db: Database;
let node: EventNode;

beforeAll(async () => {
  cluster = await startTestCluster();
  url = await cluster.createDatabase();
  db = cluster.connect(url);
  await migrate(db);
  node = await startEventNode(db, url, { buffer: { messages: 1000, bytes: 64 * 1024 }, heartbeatMs: 250 });
});
afterAll(async () => {
  await node?.stop();
  await cluster?.stop();
});

async function writeMuch(shopId: string): Promise<void> {
  await db.query(
    `INSERT INTO job_events (shop_id, job_id, event)
     SELECT $1, $2, jsonb_build_object('event', 'job_progress', 'progress', i, 'current_step', repeat('x', $3)) FROM generate_series(1, $4) i`,
    [shopId, newJobId(), EVENT_BYTES, EVENTS],
  );
}

/** Asks for the stream and reads nothing until it is told to. */
async function openUnread(shopId: string, query?: string) {
  const { url: target, headers } = await node.request({ shopId, ...(query && { query }) });
  const { port, pathname, search } = new URL(target);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\nAuthorization: ${headers.authorization}\r\n\r\n`);
  await expect.poll(() => node.hub.connections, PATIENCE).toBeGreaterThan(0);
  return {
    socket,
    async readAll(): Promise<string> {
      const chunks: Buffer[] = [];
      await new Promise((resolve) => socket.on('data', (chunk) => chunks.push(chunk)).on('close', resolve));
      return Buffer.concat(chunks).toString();
    },
  };
}

test.each([
  ['is live', undefined],
  ['catches up', 'since=0-0'],
])('who reads nothing while it %s is cut; others are not, and nothing is lost to it', async (_, query) => {
  const shopId = randomUUID();
  const before = node.ended.length;
  if (query) await writeMuch(shopId);
  const slow = await openUnread(shopId, query);
  // Until it is live, where it is to be.
  await sleep(300);
  const eager = await node.sse({ shopId, query: 'since=0-0' });
  if (!query) await writeMuch(shopId);
  await expect.poll(() => node.ended.slice(before), PATIENCE).toEqual(['tryAgain']);
  await expect.poll(() => eager.events.length, PATIENCE).toBe(EVENTS);

  const heard = await slow.readAll();
  const ids = [...heard.matchAll(/^id: (\S+)\nevent: job_progress\ndata: .*\n$/gm)].map(([, id]) => id!);
  expect(ids.length).toBeLessThan(EVENTS);
  const rest = await node.sse({ shopId, query: `since=${ids.at(-1) ?? '0-0'}` });
  await expect.poll(() => ids.length + rest.events.length, PATIENCE).toBe(EVENTS);
  expect([...ids, ...rest.events.map(({ id }) => id)]).toEqual(eager.events.map(({ id }) => id));
  eager.close();
  rest.close();
  await expect.poll(() => node.hub.connections, PATIENCE).toBe(0);
});

/** A connection whose network takes nothing. */
class Stuck implements EventConnection {
  readonly pending = new PendingWrites();
  readonly closings: Closing[] = [];
  sent = 0;
  heartbeats = 0;
  send(message: { json: string }): void {
    this.sent++;
    this.pending.add(message.json);
  }
  heartbeat(): void {
    this.heartbeats++;
  }
  close(closing: Closing): void {
    this.closings.push(closing);
  }
  onEnd(): void {}
}

const place = (id: bigint) => ({ xact: 1n, id });
function stuckSubscription(limits: { messages: number; bytes: number }) {
  const connection = new Stuck();
  const subscription = new Subscription(connection, { shopId: randomUUID(), position: place(0n), limits });
  return { connection, subscription };
}

test.each([
  ['messages', { messages: 3, bytes: 1e9 }],
  ['bytes', { messages: 1e9, bytes: 3 * placeMessage('position', place(1n)).json.length }],
])('what waits is bounded in %s', (_, limits) => {
  const { connection, subscription } = stuckSubscription(limits);
  for (let i = 1n; i <= 9n; i++) subscription.deliver(placeMessage('position', place(i)), place(i));
  expect(connection.sent).toBe(3);
  expect(connection.closings).toEqual([{ code: 'tryAgain', reason: expect.stringContaining('slow') }]);
  expect([subscription.isOver, subscription.position]).toEqual([true, place(3n)]);
});

test('who is gone without a word is cut after a few heartbeats, however little waits', () => {
  const { connection, subscription } = stuckSubscription({ messages: 100, bytes: 1e9 });
  for (let i = 0; i < 9; i++) subscription.heartbeat();
  expect([connection.heartbeats, connection.closings]).toEqual([9, []]);
  subscription.deliver(placeMessage('position', place(1n)), place(1n));
  for (let i = 0; i < 9; i++) subscription.heartbeat();
  expect(connection.closings).toEqual([expect.objectContaining({ code: 'tryAgain' })]);
  expect(connection.heartbeats).toBeLessThan(14);
});
