/** For tests of what is logged: a node's app on a database of its own, asked as the edge asks, with each line it writes. */
import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { internalClaims, signToken } from '../../../test/end-to-end/internal-token.ts';
import { Admission } from '../admission.ts';
import { createApp, type NodeDependencies } from '../app.ts';
import { parseConfig } from '../config.ts';
import { loadTestEngine } from '../inference/engine.fixture.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { memoryStore, openTestQueue } from '../jobs/queue.fixture.ts';
import { createMetrics } from '../metrics.ts';
import { startTestCluster } from '../persist/cluster.fixture.ts';
import type { Database } from '../persist/database.ts';
import { ensurePartitions } from '../persist/partitions.ts';
import { createLogger } from './create-logger.ts';

export const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
export const REQUEST_ID = 'request-1';

export interface Sent {
  readonly payload?: Buffer;
  readonly jobId?: string;
  /** In the place of the right one. */
  readonly token?: string;
}

export interface LoggedNode {
  readonly database: Database;
  /** Not started. */
  readonly queue: JobQueue;
  readonly images: ReturnType<typeof memoryStore>;
  /** Who asks. */
  readonly principal: { readonly shopId: string; readonly userId: string };
  /** Written so far, each as it was. */
  readonly lines: string[];
  /** Sent so far. */
  readonly tokens: string[];
  /** The lines, parsed. */
  entries(): Record<string, unknown>[];
  /** With the edge's token, in the trace and under the request id above. */
  send(method: 'GET' | 'POST', url: string, sent?: Sent): Promise<LightMyRequestResponse>;
  /** Without any of it. */
  get(url: string): Promise<LightMyRequestResponse>;
  stop(): Promise<void>;
}

export async function startLoggedNode(): Promise<LoggedNode> {
  const cluster = await startTestCluster();
  const database = await cluster.openMigrated();
  await ensurePartitions(database);
  const engine = await loadTestEngine();
  const principal = { shopId: randomUUID(), userId: randomUUID() };
  const lines: string[] = [];
  const tokens: string[] = [];
  const log = createLogger('trace', { write: (line: string) => void lines.push(line) });
  const images = memoryStore();
  const queue = openTestQueue(database, { images, log });
  const dependencies: NodeDependencies = {
    config: parseConfig({ INTERNAL_SECRET: SECRET }),
    ...{ database, engine, images, jobs: queue },
    metrics: createMetrics(),
    admission: new Admission({ requests: 4, bytes: 1e8 }),
    acceptance: new Admission({ requests: 4, bytes: 1e8 }),
    sharing: { share: async () => {} },
    // Nobody listens here.
    events: {} as NodeDependencies['events'],
  };
  const app = createApp(dependencies, log);
  return {
    ...{ database, queue, images, principal, lines, tokens },
    entries: () => lines.map((line) => JSON.parse(line)),
    async send(method, url, { payload, jobId, token } = {}) {
      const claims = {
        ...internalClaims(method, url, payload ?? Buffer.alloc(0)),
        ...{ sub: principal.userId, shop_id: principal.shopId, request_id: REQUEST_ID },
        ...(jobId && { job_id: jobId }),
      };
      const sent = token ?? signToken(claims, SECRET);
      tokens.push(sent);
      const headers = { authorization: `Bearer ${sent}`, 'x-request-id': REQUEST_ID, traceparent: TRACEPARENT };
      return await app.inject({ method, url, headers, ...(payload && { payload }) });
    },
    get: (url) => app.inject({ url }),
    async stop() {
      await queue.stop();
      await app.close();
      await engine.close();
      await cluster.stop();
    },
  };
}
