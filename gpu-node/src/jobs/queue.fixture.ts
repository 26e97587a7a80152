/** For tests: a queue over a database, with an engine that answers at once or as the test says. */
import { createHash, randomUUID } from 'node:crypto';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { ImageStore } from '../images/image-store.ts';
import { imageKey, shopPrefix } from '../images/image-store.ts';
import type { Database } from '../persist/database.ts';
import { newJobId } from '../persist/job-id.ts';
import { exampleResult } from '../persist/result.fixture.ts';
import type { DocumentRequest } from '../process-document.ts';
import type { NewJob } from './job-queue.ts';
import { type JobQueueOptions, openJobQueue } from './open-job-queue.ts';

/** Keeps images in memory. */
export function memoryStore(): ImageStore {
  const images = new Map<string, Uint8Array>();
  return {
    name: 'memory',
    put: async (key, bytes) => void images.set(key, bytes),
    get: async (key) => images.get(key) ?? null,
    delete: async (key) => void images.delete(key),
    async *list(shopId = '') {
      for (const [key, bytes] of images) {
        if (key.startsWith(`shop/${shopId}`)) yield { key, storedAt: new Date(), sizeBytes: bytes.byteLength };
      }
    },
    async deleteShop(shopId, onDeleted) {
      const keys = [...images.keys()].filter((key) => key.startsWith(shopPrefix(shopId)));
      for (const key of keys) images.delete(key);
      await onDeleted(keys.length);
    },
    close() {},
  };
}

/** What a pipeline of no time makes of an image. */
export async function instantReading(request: DocumentRequest): Promise<OcrResult> {
  const sha256 = createHash('sha256').update(request.bytes).digest('hex');
  const image = { sha256, format: 'jpeg' as const, size_bytes: request.bytes.byteLength };
  const result = exampleResult({ id: request.id ?? newJobId(), type: request.options.type, image });
  return request.persist ? await request.persist(result, null) : result;
}

const silent = { warn() {}, error() {} };

export function openTestQueue(database: Database, overrides: Partial<JobQueueOptions> = {}) {
  return openJobQueue({
    database,
    images: memoryStore(),
    process: instantReading,
    duplicateLimits: { days: 90, candidates: 0, paperDistance: 0, thingDistance: 0, distanceAlone: 0 },
    concurrency: 4,
    maxQueued: 10_000,
    timeoutSeconds: 30,
    heartbeatSeconds: 10,
    retries: 3,
    expireSeconds: 3600,
    pollMs: 200,
    progressMs: 50,
    callbackRetries: 2,
    stopTimeoutMs: 5000,
    log: silent,
    ...overrides,
  });
}

/** A job of an image that is in the store. */
export async function storedJob(images: ImageStore, overrides: Partial<NewJob> = {}): Promise<NewJob> {
  const bytes = Buffer.from(randomUUID());
  const principal = overrides.principal ?? { shopId: randomUUID(), userId: randomUUID() };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = imageKey(principal.shopId, sha256);
  await images.put(key, bytes, 'image/jpeg');
  return {
    principal,
    options: { type: 'receipt', confidence_threshold: 0.8, extract_barcodes: true, language: 'en' },
    imageKey: key,
    sha256,
    sizeBytes: bytes.byteLength,
    format: 'jpeg',
    requestId: 'request-of-a-job',
    ...overrides,
  };
}
