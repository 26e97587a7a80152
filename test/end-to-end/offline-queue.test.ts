/**
 * An app with an offline queue that goes offline, dies at any moment and meets a bad network, before a real edge, node and
 * PostgreSQL; only the reading itself takes no time. Most schedules go to the node directly, with tokens as the edge makes
 * them, because workerd takes longer for a request than all the rest.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@edge-ocr/gpu-node/persist/database';
import { localSecrets } from '@edge-ocr/infra/local/settings';
import { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import { OfflineQueue } from '@edge-ocr/shared/client/offline-queue';
import { fileStorage } from '@edge-ocr/shared/client/storage/file';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Random, seededRandom } from '../seeded-random.ts';
import { type Fault, type FaultProxy, type Route, startFaultProxy } from './fault-proxy.ts';
import { internalClaims, signToken } from './internal-token.ts';
import { Life, mortalFetch, mortalStorage, randomFault, randomSchedule, type Schedule } from './random-schedule.ts';
import { startTestStack, type TestStack, temporaryFolder } from './stack.ts';
import { stackDatabase } from './stack-database.ts';

const SCHEDULES = 1000;
/** Every so many goes through the edge. */
const THROUGH_EDGE = 20;
const AT_ONCE = 32;
/** Of one schedule, at the most. */
const FAULTS = 12;
/** Of a reading, at the most: so that some are still going on when they are asked for again. */
const READING_MS = 6;
const PATIENCE_MS = 30_000;
/** On two cores that have other tests to run. */
const TEST_TIMEOUT_MS = 300_000;

// The pipeline is tested elsewhere; here a thousand images are read.
vi.mock('../../gpu-node/src/process-document.ts', async () => {
  const { instantReading } = await import('@edge-ocr/gpu-node/jobs/queue.fixture');
  return {
    async processDocument(request: Parameters<typeof instantReading>[0], engine: { modelVersion: string }) {
      await sleep(Math.random() * READING_MS);
      return await instantReading({
        ...request,
        persist: (result, appearance) =>
          request.persist!({ ...result, model_version: engine.modelVersion }, appearance),
      });
    },
  };
});

let stack: TestStack;
let database: Database;
let secret: string;
let proxy: FaultProxy;
let folder: string;
const routes = new Map<string, Route>();
/** How often what happened. */
const met: Partial<Record<Fault['kind'] | 'death' | 'request' | 'conflict', number>> = {};

function count(what: keyof typeof met): void {
  met[what] = (met[what] ?? 0) + 1;
}

beforeAll(async () => {
  const many = '1000000';
  stack = await startTestStack({
    edgeVars: { LIMIT_USER_PER_MINUTE: many, LIMIT_SHOP_PER_HOUR: many, QUOTA_SHOP_PER_DAY: many },
    nodeEnvironment: { MAX_IN_FLIGHT: '64' },
  });
  database = await stackDatabase(stack.dataDir);
  // It is the app that crashes here, not the database.
  await database.query('ALTER SYSTEM SET synchronous_commit = off');
  await database.query('SELECT pg_reload_conf()');
  secret = (await localSecrets(stack.dataDir)).INTERNAL_SECRET;
  folder = await temporaryFolder();
  proxy = await startFaultProxy(
    (token) => routes.get(token)!,
    (status) => status === 409 && count('conflict'),
  );
});

afterAll(async () => {
  await proxy?.stop();
  await database?.close();
  await stack?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A phone of one shop: its storage outlives the app. */
class Phone {
  readonly shopId = randomUUID();
  readonly images: readonly Uint8Array<ArrayBuffer>[];
  readonly #random: Random;
  readonly #schedule: Schedule;
  readonly #storage = fileStorage(join(folder, this.shopId), { sync: false });
  #token = '';
  #life = new Life();
  #queue: OfflineQueue | null = null;
  #isOnline = true;
  #faultsLeft = FAULTS;

  constructor(random: Random, schedule: Schedule) {
    this.#random = random;
    this.#schedule = schedule;
    this.images = Array.from({ length: schedule.images }, () => smallImage());
  }

  async register(throughEdge: boolean): Promise<void> {
    this.#token = throughEdge ? await stack.token({ shopId: this.shopId }) : this.shopId;
    const fault = () => {
      const next = this.#faultsLeft > 0 ? randomFault(this.#random, this.#schedule.faultShare) : null;
      if (next) this.#faultsLeft--;
      count('request');
      if (next) count(next.kind);
      return next;
    };
    const authorize: NonNullable<Route['authorize']> = (method, target, body) =>
      signToken({ ...internalClaims(method, target, body), shop_id: this.shopId }, secret);
    const route = throughEdge ? { target: stack.edgeUrl, fault } : { target: stack.nodeUrl, fault, authorize };
    routes.set(this.#token, route);
  }

  async live(): Promise<void> {
    for (const step of this.#schedule.steps) {
      if (step.do === 'wait') await sleep(step.milliseconds);
      else if (step.do === 'go') this.#go(step.online);
      else if (step.do === 'kill') this.#life.dieAfter(step.after);
      else await this.#take(step.image, step.priority);
    }
    this.#life.dieAfter(0);
  }

  /** In the end the app stays alive and online, faults come to an end, and whatever was not taken is taken again. */
  async settle(): Promise<OfflineQueue> {
    this.#go(true);
    for (const image of this.images.keys()) await this.#take(image, 0);
    const queue = this.#queue!;
    await queue.drain();
    return queue;
  }

  #go(online: boolean): void {
    this.#isOnline = online;
    if (online) this.#queue?.drain().catch(() => {});
  }

  /** As a person does: taken again until the app says that it has it. */
  async #take(image: number, priority: number): Promise<void> {
    for (;;) {
      try {
        const queue = await this.#running();
        await queue.add(this.images[image]!, { name: `photo-${image}`, options: { type: 'receipt' }, priority });
        return;
      } catch (error) {
        if (!this.#life.isDead) throw error;
      }
    }
  }

  async #running(): Promise<OfflineQueue> {
    if (this.#queue && !this.#life.isDead) return this.#queue;
    const life = new Life();
    this.#life = life;
    void life.death.then(() => count('death'));
    const minBytes = this.#schedule.hashFirst ? 0 : Number.POSITIVE_INFINITY;
    const client = new OcrClient({
      baseUrl: proxy.url,
      token: this.#token,
      fetch: mortalFetch(life),
      hashFirst: { minBytes },
      retry: { attempts: 2, baseMs: 2, maxMs: 10 },
    });
    this.#queue = await OfflineQueue.open({
      client,
      storage: mortalStorage(this.#storage, life),
      isOnline: () => this.#isOnline,
      concurrency: this.#schedule.concurrency,
      maxAttempts: 1000,
      retryMs: 2,
      retryMaxMs: 10,
      // Of the dead.
      onError: () => {},
    });
    return this.#queue;
  }
}

/** As much of a JPEG as the edge looks at. */
function smallImage(): Uint8Array<ArrayBuffer> {
  return new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...randomBytes(60)]);
}

interface Kept {
  readonly shop: string;
  readonly sha256: string;
  readonly jobs: number;
  readonly events: number;
}

/** Everything there is, in whatever state. */
async function everythingKept(): Promise<Kept[]> {
  const { rows } = await database.query<Kept>(
    `SELECT job.shop_id AS shop, job.sha256, count(DISTINCT job.id)::int AS jobs, count(outbox.id)::int AS events
     FROM ocr_processing_jobs job LEFT JOIN outbox ON outbox.payload->>'subject' = job.id::text
     GROUP BY job.shop_id, job.sha256 ORDER BY job.shop_id, job.sha256`,
  );
  return rows;
}

/** @returns what has to be kept of it, once each. */
async function run(seed: number, throughEdge: boolean): Promise<Kept[]> {
  const random = seededRandom(seed);
  const phone = new Phone(random, randomSchedule(random));
  await phone.register(throughEdge);
  await phone.live();
  const queue = await Promise.race([phone.settle(), tooLong()]);
  const items = queue.items();
  await queue.close();
  expect(items.map(({ state }) => state)).toEqual(phone.images.map(() => 'done'));
  return items.map(({ sha256 }) => ({ shop: phone.shopId, sha256, jobs: 1, events: 1 }));
}

async function tooLong(): Promise<never> {
  await sleep(PATIENCE_MS, null, { ref: false });
  throw new Error(`The queue was not empty after ${PATIENCE_MS} ms`);
}

it(
  'every image is read exactly once, in 1,000 lives of the app',
  async () => {
    const first = Number(process.env.QUEUE_SEED ?? randomBytes(4).readUInt32LE());
    const failures: string[] = [];
    const expected: Kept[] = [];
    let next = 0;
    const worker = async () => {
      while (next < SCHEDULES && failures.length === 0) {
        const seed = first + next;
        const throughEdge = next++ % THROUGH_EDGE === 0;
        const where = throughEdge ? ' through the edge' : '';
        const once = await run(seed, throughEdge).catch(
          (error) => void failures.push(`seed ${seed}${where}: ${error}`),
        );
        expected.push(...(once ?? []));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    console.log(`QUEUE_SEED=${first}: ${expected.length} images, ${JSON.stringify(met)}`);
    expect(failures).toEqual([]);
    const inOrder = expected.sort((a, b) => (a.shop + a.sha256 < b.shop + b.sha256 ? -1 : 1));
    expect(await everythingKept()).toEqual(inOrder);
    // Otherwise nothing was tried.
    for (const what of ['reset before', 'reset after', 'refuse before', 'refuse after', 'death'] as const)
      expect(met[what] ?? 0, what).toBeGreaterThan(0);
  },
  TEST_TIMEOUT_MS,
);
