import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordJobEvent } from '@edge-ocr/gpu-node/events/job-events';
import {
  SseClient,
  type StreamClient,
  type Told,
  WebSocketClient,
} from '@edge-ocr/gpu-node/events/stream-client.fixture';
import { exampleJob, exampleResult } from '@edge-ocr/gpu-node/persist/result.fixture';
import { saveResult } from '@edge-ocr/gpu-node/persist/results';
import { signAccessToken } from '@edge-ocr/infra/local/access-token';
import { type RunningEdge, startEdge } from '@edge-ocr/infra/local/edge';
import { EVENTS_PATH, EVENTS_TICKET_PATH, eventMessageSchema } from '@edge-ocr/shared/contract/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, dataOf } from '../end-to-end/api-client.ts';
import { freePort, temporaryFolder } from '../end-to-end/stack.ts';
import { type NodeProcess, startNodeProcess } from './node-process.ts';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { serviceUrl } from './service-url.ts';

const databaseUrl = serviceUrl('TEST_DATABASE_URL', 'postgres://postgres@127.0.0.1:5432/postgres');
const PATIENCE = { timeout: 60_000, interval: 100 };
const STEPS = 60;

describe.skipIf(!databaseUrl)('live progress at two nodes behind an edge', () => {
  const secret = randomBytes(32).toString('base64url');
  const jwtSecret = randomBytes(32).toString('base64url');
  const shopId = randomUUID();
  let database: ScratchDatabase;
  let nodes: NodeProcess[] = [];
  let edge: RunningEdge;
  let edgeData: string;
  let token: string;

  beforeAll(async () => {
    database = await createScratchDatabase(databaseUrl!);
    const environment = { INTERNAL_SECRET: secret, DATABASE_URL: database.url, EVENTS_HEARTBEAT_MS: '1000' };
    nodes = await Promise.all(['a', 'b'].map((id) => startNodeProcess(id, environment)));
    edgeData = await temporaryFolder();
    edge = await startEdge({
      port: await freePort(),
      nodeUrl: nodes.map(({ url }) => url).join(),
      dataDir: edgeData,
      secrets: { JWT_SECRET: jwtSecret, INTERNAL_SECRET: secret },
      vars: { LIMIT_USER_PER_MINUTE: '10000' },
      logLevel: 'none',
    });
    token = await tokenOf(shopId);
  });

  afterAll(async () => {
    await edge?.stop();
    await Promise.all(nodes.map((node) => node.end('SIGKILL')));
    await database?.drop();
    if (edgeData) await rm(edgeData, { recursive: true, force: true });
  });

  function tokenOf(shop: string): Promise<string> {
    const request = { userId: randomUUID(), shopId: shop, scope: 'ocr:read', lifetimeSeconds: 3600 };
    return signAccessToken(jwtSecret, request);
  }

  async function listenersAt({ url }: NodeProcess): Promise<number> {
    const exposition = await (await fetch(`${url}/metrics`)).text();
    return Number(/^ocr_event_listeners (\d+)$/m.exec(exposition)?.[1]);
  }

  /** Each opens the stream in a way of its own: with a header or, as browsers do, with a ticket. */
  const openings: readonly ((since?: string) => Promise<StreamClient>)[] = [
    (since) => SseClient.open(edge.url + EVENTS_PATH, { ...bearer(), ...(since && { 'last-event-id': since }) }),
    (since) => WebSocketClient.open(addressOf({ since }), bearer()),
    async (since) => SseClient.open(addressOf({ since, ticket: await ticket() }), {}),
    async (since) => WebSocketClient.open(addressOf({ since, ticket: await ticket() }), {}),
  ];
  const bearer = () => ({ authorization: `Bearer ${token}` });

  function addressOf(query: { since?: string | undefined; ticket?: string }): string {
    const { since, ticket } = query;
    return `${edge.url}${EVENTS_PATH}?${new URLSearchParams({ ...(since && { since }), ...(ticket && { ticket }) })}`;
  }

  async function ticket(): Promise<string> {
    const answer = await call(edge.url + EVENTS_TICKET_PATH, { method: 'POST', headers: bearer() });
    return dataOf<{ ticket: string }>(answer).ticket;
  }

  /** Listens on until the job is completed, however often the connection is lost. */
  async function follow(open: (since?: string) => Promise<StreamClient>) {
    const heard: Told[] = [];
    let lost = 0;
    const first = await open();
    const whole = (async () => {
      for (let client = first; ; lost++) {
        let ended = false;
        void client.ended.then(() => {
          ended = true;
        });
        const isDone = () => client.events.some(({ event }) => event === 'job_completed');
        while (!ended && !isDone()) await sleep(20);
        heard.push(...client.told);
        if (isDone()) return client.close();
        client = await again(() => open(client.lastId));
      }
    })();
    return { heard, whole, lost: () => lost };
  }

  it('is heard once and whole by clients that lose their connection when a node is killed', async () => {
    const result = exampleResult();
    const job = exampleJob(result, shopId);
    const listeners: Awaited<ReturnType<typeof follow>>[] = [];
    while (listeners.length < 8 || (await Promise.all(nodes.map(listenersAt))).includes(0)) {
      listeners.push(await follow(openings[listeners.length % openings.length]!));
    }
    const stranger = await SseClient.open(`${edge.url}${EVENTS_PATH}`, {
      authorization: `Bearer ${await tokenOf(randomUUID())}`,
    });
    const { db } = database;
    const tell = (event: Parameters<typeof recordJobEvent>[1]['event']) =>
      recordJobEvent(db, { shopId, jobId: result.id, event });
    await tell({ event: 'job_queued', queue_position: 0 });
    await tell({ event: 'job_started', progress: 0 });
    for (let i = 1; i <= STEPS; i++) {
      await tell({ event: 'job_progress', progress: i, current_step: 'recognise' });
      if (i === STEPS / 2) await nodes[0]!.end('SIGKILL');
      await sleep(10);
    }
    await db.transaction(async (transaction) => {
      await saveResult(transaction, job);
      await recordJobEvent(transaction, { shopId, jobId: result.id, event: { event: 'job_completed' } });
    });

    await Promise.all(listeners.map(({ whole }) => whole));
    expect(listeners.filter(({ lost }) => lost() > 0).length).toBeGreaterThan(0);
    const names = ['job_queued', 'job_started', ...Array<string>(STEPS).fill('job_progress'), 'job_completed'];
    for (const { heard } of listeners) {
      for (const message of heard) eventMessageSchema.parse(message);
      expect(heard.map(({ event }) => event)).not.toContain('reset');
      const events = heard.filter(({ event }) => event !== 'position');
      expect(events.map(({ event }) => event)).toEqual(names);
      expect(events.map(({ id }) => id)).toEqual([...new Set(events.map(({ id }) => id))]);
      expect(events.slice(2, -1).map(({ progress }) => progress)).toEqual(
        Array.from({ length: STEPS }, (_, i) => i + 1),
      );
      expect(events.at(-1)).toMatchObject({ job_id: result.id, result: { text: result.text } });
    }
    expect(stranger.events).toEqual([]);
    stranger.close();
  });

  it('goes on when PostgreSQL has broken all connections', async () => {
    const client = await SseClient.open(edge.url + EVENTS_PATH, bearer());
    await expect.poll(() => client.told.length, PATIENCE).toBe(1);
    await database.admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
      database.name,
    ]);
    await recordJobEvent(database.db, { shopId, jobId: randomUUID(), event: { event: 'job_cancelled' } });
    await expect.poll(() => client.events.map(({ event }) => event), PATIENCE).toEqual(['job_cancelled']);
    client.close();
    await expect.poll(() => listenersAt(nodes[1]!), PATIENCE).toBe(0);
  });

  it('ends in good order when a node is stopped', async () => {
    const clients = await Promise.all(openings.map((open) => open()));
    expect(await nodes[1]!.end('SIGTERM')).toBe(0);
    const codes = await Promise.all(clients.map(({ ended }) => ended));
    expect(codes).toEqual([undefined, 1001, undefined, 1001]);
  });
});

/** A node that was killed is known to be away only when somebody has tried it. */
async function again<T>(open: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(100);
    }
  }
}
