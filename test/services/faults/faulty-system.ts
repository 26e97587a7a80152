/**
 * Real edge, real nodes with the timed engine, real PostgreSQL, and a steady load while something breaks. What the tests
 * here hold: what was accepted (200 or 202) is in the database, every answer comes within its deadline, and afterwards all
 * is well again without a restart.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { signAccessToken } from '@edge-ocr/infra/local/access-token';
import { type RunningEdge, startEdge } from '@edge-ocr/infra/local/edge';
import { ERROR_CATALOGUE, type ErrorCode } from '@edge-ocr/shared/errors';
import { expect } from 'vitest';
import { freePort, temporaryFolder } from '../../end-to-end/stack.ts';
import { arrivalTimes } from '../../load/arrivals.ts';
import { type Client, createMix } from '../../load/mix.ts';
import { runOpenLoop, type Sample } from '../../load/open-loop.ts';
import { seededRandom } from '../../seeded-random.ts';
import { type NodeProcess, startNodeProcess, TIMED_NODE } from '../node-process.ts';

/** Of each request, as the edge sets it. */
export const DEADLINE_MS = 8000;
/** A busy machine is late with everything; who waits without end is later than that. */
const SLACK_MS = 10_000;
const PER_SECOND = 10;
/** Of one test: several waits, each with its patience. */
export const LIMIT_MS = 300_000;
export const PATIENCE = { timeout: 90_000, interval: 250 };

export interface FaultySystemOptions {
  /** Where the nodes find the database. */
  readonly databaseUrl: string;
  readonly nodes: readonly string[];
  readonly nodeEnvironment?: Readonly<Record<string, string>>;
  readonly edgeVars?: Readonly<Record<string, string>>;
  /** Shared with nodes beside these. Default: a new one. */
  readonly edgeSecret?: string;
  /** Where the edge finds a node. Default: where it is. */
  readonly reach?: (node: NodeProcess) => Promise<string>;
}

export interface FaultySystem {
  readonly edge: RunningEdge;
  readonly nodes: ReadonlyMap<string, NodeProcess>;
  readonly secret: string;
  /** Signs access tokens. */
  readonly jwtSecret: string;
  /** One of five people of two shops, as the access tokens say. */
  readonly clients: readonly Client[];
  stop(): Promise<void>;
}

export async function startFaultySystem(options: FaultySystemOptions): Promise<FaultySystem> {
  const secret = options.edgeSecret ?? randomBytes(32).toString('base64url');
  const jwtSecret = randomBytes(32).toString('base64url');
  const started = await Promise.all(
    options.nodes.map((id) =>
      startNodeProcess(
        id,
        {
          INTERNAL_SECRET: secret,
          DATABASE_URL: options.databaseUrl,
          // Silence is noticed within the deadline of a request.
          DATABASE_STATEMENT_TIMEOUT_MS: '1500',
          TIMED_SERVICE_MS: '50',
          TIMED_SLOTS: '4',
          ...options.nodeEnvironment,
        },
        TIMED_NODE,
      ),
    ),
  );
  const nodeUrls = await Promise.all(started.map((node) => options.reach?.(node) ?? node.url));
  const folder = await temporaryFolder();
  await shareImages(join(folder, 'images'), started);
  const edge = await startEdge({
    port: await freePort(),
    nodeUrl: nodeUrls.join(),
    dataDir: folder,
    secrets: { JWT_SECRET: jwtSecret, INTERNAL_SECRET: secret },
    vars: {
      REQUEST_DEADLINE_MS: String(DEADLINE_MS),
      LIMIT_USER_PER_MINUTE: '100000',
      LIMIT_SHOP_PER_HOUR: '1000000',
      QUOTA_SHOP_PER_DAY: '10000000',
      ...options.edgeVars,
    },
    logLevel: 'none',
  });
  const shops = [randomUUID(), randomUUID()];
  const clients = await Promise.all(Array.from({ length: 5 }, (_, i) => clientOf(jwtSecret, shops[i % 2]!)));
  return {
    edge,
    nodes: new Map(started.map((node) => [node.id, node])),
    secret,
    jwtSecret,
    clients,
    async stop() {
      await edge.stop();
      await Promise.all(started.map((node) => node.end('SIGKILL')));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One image store for all: a job is done by any of them. To be called before a node has stored anything. */
export async function shareImages(folder: string, nodes: readonly NodeProcess[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { dataDir } of nodes) await symlink(folder, join(dataDir, 'images'));
}

async function clientOf(jwtSecret: string, shopId: string): Promise<Client> {
  const request = { shopId, userId: randomUUID(), scope: 'ocr:read ocr:write', lifetimeSeconds: 3600 };
  const token = await signAccessToken(jwtSecret, request);
  return { shopId, authorize: () => `Bearer ${token}` };
}

export interface Load {
  /** Answers so far. */
  readonly samples: readonly Sample[];
  /** Waits until so many answers more are there that the condition holds for. */
  until(count: number, condition?: (sample: Sample) => boolean): Promise<void>;
  /** Sends no more. @returns all answers. */
  end(): Promise<readonly Sample[]>;
}

let seed = Date.now() % 1_000_000;

/** New receipts and products, and a few repeats, at an even rate. */
export async function startLoad({ edge, clients }: FaultySystem, perSecond = PER_SECOND): Promise<Load> {
  const shares = { receipt: 0.6, product: 0.3, repeat: 0.1, bad: 0 };
  const mix = await createMix({ origins: [edge.url], clients, shares, seed: seed++ });
  const samples: Sample[] = [];
  const ending = new AbortController();
  const run = runOpenLoop({
    arrivals: arrivalTimes({ perSecond, seconds: 600, pattern: 'constant', random: seededRandom(1) }),
    requestOf: () => mix.next(),
    maxSockets: 400,
    timeoutMs: DEADLINE_MS + 4 * SLACK_MS,
    onSample: (sample) => samples.push(sample),
    signal: ending.signal,
  });
  return {
    samples,
    async until(count, condition = () => true) {
      const from = samples.length;
      const found = () => samples.slice(from).filter(condition).length;
      await expect.poll(found, PATIENCE).toBeGreaterThanOrEqual(count);
    },
    async end() {
      ending.abort();
      await run;
      return samples;
    },
  };
}

export const isDone = ({ status }: Sample) => status === 200;
export const isFailed = ({ status }: Sample) => status !== 200 && status !== 202;

/** Every request was answered, by its deadline, and as the API says: a failure is one of the catalogue. */
export function expectAnsweredInTime(samples: readonly Sample[]): void {
  const late = samples.filter(({ latencyMs }) => latencyMs > DEADLINE_MS + SLACK_MS);
  expect(late).toEqual([]);
  const inCatalogue = (code: string) => code in ERROR_CATALOGUE && ERROR_CATALOGUE[code as ErrorCode].retryable;
  const strange = samples.filter((sample) => isFailed(sample) && !inCatalogue(sample.error ?? ''));
  expect(strange).toEqual([]);
}

/** What was promised is kept: each result and each job is in the database, completed. */
export async function expectNothingLost(db: Database, samples: readonly Sample[]): Promise<void> {
  const accepted = samples.filter((sample) => !isFailed(sample));
  expect(accepted.length).toBeGreaterThan(0);
  const ids = [...new Set(accepted.map(({ id }) => id))];
  expect(ids).not.toContain(null);
  await expect
    .poll(async () => {
      const { rows } = await db.query<{ id: string; status: string }>(
        'SELECT id, status FROM ocr_processing_jobs WHERE id = ANY ($1::uuid[])',
        [ids],
      );
      const completed = new Set(rows.filter(({ status }) => status === 'completed').map(({ id }) => id));
      return ids.filter((id) => !completed.has(id!));
    }, PATIENCE)
    .toEqual([]);
}

/**
 * Ends the load, and holds what came of it: every answer in time, nothing accepted lost. Told in the log under the title.
 * @returns all answers.
 */
export async function endUnharmed(load: Load, db: Database, title: string): Promise<readonly Sample[]> {
  const samples = await load.end();
  tell(title, samples);
  expectAnsweredInTime(samples);
  await expectNothingLost(db, samples);
  return samples;
}

/** The next requests are answered as if nothing had been. */
export async function expectWellAgain(system: FaultySystem): Promise<void> {
  await expect
    .poll(async () => {
      const load = await startLoad(system);
      await load.until(10);
      return (await load.end()).filter((sample) => !isDone(sample)).length;
    }, PATIENCE)
    .toBe(0);
}

/** How the answers of each kind ended, for people who read the log of a test. */
export function tell(title: string, samples: readonly Sample[]): void {
  const counts = Map.groupBy(samples, ({ status, error }) => error ?? `status ${status}`);
  const told = [...counts].map(([outcome, of]) => `${of.length} ${outcome}`).join(', ');
  const slowest = Math.max(...samples.map(({ latencyMs }) => latencyMs));
  console.info(`${title}: ${told}; the slowest after ${Math.round(slowest)} ms`);
}
