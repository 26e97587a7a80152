/**
 * `npm run bench -- queue`: jobs a second through one node's queue with an engine that answers at once, so that what is
 * measured is the queue's own cost: image stored, accepted, fetched, result and event saved, completed. On the embedded
 * PostgreSQL with its default settings (fsync on) and images in a folder, with the defaults of the configuration.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@edge-ocr/gpu-node/config';
import { openFolderStore } from '@edge-ocr/gpu-node/images/folder-store';
import { type ImageStore, imageKey } from '@edge-ocr/gpu-node/images/image-store';
import type { JobQueue } from '@edge-ocr/gpu-node/jobs/job-queue';
import { instantReading, openTestQueue } from '@edge-ocr/gpu-node/jobs/queue.fixture';
import { openDatabase } from '@edge-ocr/gpu-node/persist/connect';
import type { Database } from '@edge-ocr/gpu-node/persist/database';

const WARM_UP = 200;
const JOBS = 3000;
/** Clients that put in their next job when the last was accepted. */
const CLIENTS = 32;
const SHOPS = 10;

export async function benchQueue(): Promise<object> {
  const dataDir = await mkdtemp(join(tmpdir(), 'edge-ocr-bench-queue-'));
  const config = parseConfig({ INTERNAL_SECRET: 'x'.repeat(32), DATA_DIR: dataDir });
  const database = await openDatabase({ dataDir, poolSize: config.DATABASE_POOL_SIZE });
  const images = openFolderStore(join(dataDir, 'images'));
  const finished = { jobs: 0 };
  const queue = openTestQueue(database.db, {
    images,
    concurrency: config.JOB_CONCURRENCY,
    pollMs: config.JOB_POLL_MS,
    maxQueued: 1_000_000,
    onCompleted: () => finished.jobs++,
    process: instantReading,
  });
  try {
    await queue.start();
    await putThrough(WARM_UP, queue, images, finished);
    const started = performance.now();
    const latencies = await putThrough(JOBS, queue, images, finished);
    const seconds = (performance.now() - started) / 1000;
    latencies.sort((a, b) => a - b);
    return {
      jobs_per_second: Math.round(JOBS / seconds),
      jobs: JOBS,
      seconds: Math.round(seconds * 100) / 100,
      accept_p50_ms: Math.round(latencies[JOBS / 2]! * 10) / 10,
      idle_to_done_p50_ms: await idleLatency(queue, images, finished),
      fsync: await settingOf(database.db, 'fsync'),
      synchronous_commit: await settingOf(database.db, 'synchronous_commit'),
      ...(await checkAll(database.db)),
    };
  } finally {
    await queue.stop();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Accepts `count` jobs and waits until all are done. @returns milliseconds of each accept. */
async function putThrough(
  count: number,
  queue: JobQueue,
  images: ImageStore,
  finished: { jobs: number },
): Promise<number[]> {
  const until = finished.jobs + count;
  const latencies: number[] = [];
  let next = 0;
  const client = async () => {
    while (next < count) {
      const shopId = shops[next++ % SHOPS]!;
      const started = performance.now();
      await acceptOne(shopId, queue, images);
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await reached(until, finished);
  return latencies;
}

const shops = Array.from({ length: SHOPS }, () => randomUUID());

async function acceptOne(shopId: string, queue: JobQueue, images: ImageStore): Promise<void> {
  const bytes = Buffer.alloc(20_000, randomUUID());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = imageKey(shopId, sha256);
  await images.put(key, bytes, 'image/jpeg');
  await queue.accept({
    principal: { shopId, userId: shopId },
    options: { type: 'receipt', confidence_threshold: 0.8, extract_barcodes: true, language: 'en' },
    imageKey: key,
    sha256,
    sizeBytes: bytes.byteLength,
    format: 'jpeg',
    requestId: 'bench',
  });
}

/** From asking for a job of an idle queue to its result: what a client waits for that asks for one. */
async function idleLatency(queue: JobQueue, images: ImageStore, finished: { jobs: number }): Promise<number> {
  const latencies: number[] = [];
  for (let i = 0; i < 20; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const until = finished.jobs + 1;
    const started = performance.now();
    await acceptOne(shops[0]!, queue, images);
    await reached(until, finished, 1);
    latencies.push(performance.now() - started);
  }
  return Math.round(latencies.sort((a, b) => a - b)[10]! * 10) / 10;
}

async function reached(until: number, finished: { jobs: number }, pauseMs = 5): Promise<void> {
  while (finished.jobs < until) await new Promise((resolve) => setTimeout(resolve, pauseMs));
}

async function settingOf(db: Database, name: string): Promise<string> {
  const { rows } = await db.query<Record<string, string>>(`SHOW ${name}`);
  return rows[0]![name]!;
}

/** A figure is worth nothing unless each job has its result and its event, once. */
async function checkAll(db: Database): Promise<{ results: number; events: number }> {
  const { rows } = await db.query<{ results: number; events: number }>(
    `SELECT (SELECT count(*)::int FROM ocr_processing_jobs WHERE status = 'completed') AS results,
            (SELECT count(DISTINCT payload ->> 'subject')::int FROM outbox WHERE type = 'ocr.completed') AS events`,
  );
  const [counted] = rows;
  if (counted!.results !== counted!.events || counted!.results < JOBS) throw new Error('jobs or events are missing');
  return counted!;
}
