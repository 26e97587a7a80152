/** For a file of tests: nodes on one database, and who listens to them. What a test has opened is closed after it. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startTestCluster, type TestCluster } from '../persist/cluster.fixture.ts';
import type { Database, Queryable } from '../persist/database.ts';
import { migrate } from '../persist/migrate.ts';
import { type EventNode, startEventNode } from './event-node.fixture.ts';
import { recordJobEvent } from './job-events.ts';
import type { StreamClient } from './stream-client.fixture.ts';

export const PATIENCE = { timeout: 10_000, interval: 10 };

export interface Listeners {
  /** From the first test on. */
  readonly db: Database;
  startNode(options?: Parameters<typeof startEventNode>[2]): Promise<EventNode>;
  /** Waits until the client has been told where the stream stands. */
  listen<T extends StreamClient>(opening: Promise<T>): Promise<T>;
  /** Writes an event of a job; into the open transaction `on`, when there is one. */
  progress(shopId: string, jobId: string, percent: number, on?: Queryable): Promise<void>;
}

/** To be called where a file of tests begins. */
export function useListeners(): Listeners {
  let cluster: TestCluster;
  let url: string;
  let db: Database;
  const nodes: EventNode[] = [];
  const clients: StreamClient[] = [];
  beforeAll(async () => {
    cluster = await startTestCluster();
    url = await cluster.createDatabase();
    db = cluster.connect(url, { poolSize: 12 });
    await migrate(db);
  });
  afterAll(() => cluster?.stop());
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(nodes.splice(0).map((node) => node.stop()));
  });
  return {
    get db() {
      return db;
    },
    async startNode(options) {
      const node = await startEventNode(db, url, options);
      nodes.push(node);
      return node;
    },
    async listen(opening) {
      const client = await opening;
      clients.push(client);
      await expect.poll(() => client.told.length, PATIENCE).toBeGreaterThan(0);
      return client;
    },
    progress: (shopId, jobId, percent, on = db) =>
      recordJobEvent(on, {
        shopId,
        jobId,
        event: { event: 'job_progress', progress: percent, current_step: 'detect' },
      }),
  };
}

export const progressOf = (client: StreamClient) => client.events.map((event) => event.progress);
export const counted = (client: StreamClient) => client.events.length;
