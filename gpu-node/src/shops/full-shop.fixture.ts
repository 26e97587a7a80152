/** For tests: a shop that has left something in every place there is. */
import { createHash, randomUUID } from 'node:crypto';
import type { Principal } from '@edge-ocr/shared/access';
import { OcrError } from '@edge-ocr/shared/errors';
import { recordJobEvent } from '../events/job-events.ts';
import { announceShops } from '../events/listening-shops.ts';
import type { ImageStore } from '../images/image-store.ts';
import { imageKey } from '../images/image-store.ts';
import { QUEUE } from '../jobs/boss.ts';
import { openTestQueue, storedJob } from '../jobs/queue.fixture.ts';
import { correctResult } from '../persist/corrections.ts';
import type { Database } from '../persist/database.ts';
import { claimKey, completeKey } from '../persist/idempotency-keys.ts';
import { recordAccess } from '../persist/image-access-log.ts';
import { newJobId } from '../persist/job-id.ts';
import { claimRequest } from '../persist/kafka-requests.ts';
import { syncProduct } from '../persist/products.ts';
import { addReceipt } from '../persist/receipts.ts';
import { exampleJob, exampleResult } from '../persist/result.fixture.ts';
import { type ResultToSave, saveFailure, saveResult } from '../persist/results.ts';

export type ShopMember = Pick<Principal, 'shopId' | 'userId'>;

/** @returns the result that it stored. */
export async function fillShop(db: Database, images: ImageStore, principal: ShopMember): Promise<ResultToSave> {
  const { shopId } = principal;
  const job = { ...exampleJob(exampleResult({ structured: { company: 'Harbour Lane' } }), shopId), principal };
  await saveResult(db, job);
  const { result, options } = job;
  await correctResult(db, { principal, resultId: result.id, fields: { company: 'Other' } });
  await saveFailure(db, {
    ...{ principal, options, requestId: 'request-2', error: new OcrError('MODEL_ERROR') },
    bytes: new Uint8Array([1]),
  });
  const { sha256 } = result.image;
  await recordAccess(db, { sha256, action: 'viewed' }, principal, 'request-3');
  await recordJobEvent(db, { shopId, jobId: result.id, event: { event: 'job_completed' } });
  await announceShops(db, { nodeId: randomUUID(), shopIds: [shopId], seconds: 60 });
  await claimRequest(db, shopId, 'kafka-request');
  await answerUnderKey(db, shopId);
  const key = imageKey(shopId, sha256);
  await images.put(key, Buffer.from(shopId), 'image/jpeg');
  await addReceipt(db, { principal, sha256, sizeBytes: 36, format: 'jpeg', imageKey: key, purchaseDate: null });
  await syncProduct(db, {
    ...{ shopId, jobId: result.id, at: result.created_at, barcode: null },
    ...{ values: { name: 'Sourdough' }, confidences: { name: 0.9 } },
  });
  await queueWork(db, images, principal);
  return job;
}

async function answerUnderKey(db: Database, shopId: string): Promise<void> {
  const requestHash = createHash('sha256').update(shopId).digest('hex');
  const times = { keepSeconds: 3600, lockMs: 60_000 };
  const claim = await claimKey(db, { shopId, key: 'key-1', requestHash, jobId: newJobId() }, times);
  if (claim.kind === 'held')
    await completeKey(db, claim.held, { status: 200, headers: {}, body: `{"of":"${shopId}"}` });
}

/** A job that waits, and the call of another. */
async function queueWork(db: Database, images: ImageStore, principal: ShopMember): Promise<void> {
  const queue = openTestQueue(db, { images, concurrency: 0 });
  await queue.start();
  try {
    await queue.accept(await storedJob(images, { principal }));
    const data = { url: 'https://shop.test/', shopId: principal.shopId, jobId: newJobId() };
    const limits = { retryLimit: 1, retryDelay: 5, retryDelayMax: 5, expireInSeconds: 60 };
    await queue.boss.enqueue(db, QUEUE.callbacks, [{ data, ...limits }]);
  } finally {
    await queue.stop();
  }
}

/** Rows of all tables of all schemas in which the text stands anywhere, by table. */
export async function rowsThatSay(db: Database, text: string): Promise<Record<string, number>> {
  const { rows: tables } = await db.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1`,
  );
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const counting = `SELECT count(*)::integer AS count FROM ${name} AS t WHERE t::text ILIKE $1`;
    const { rows } = await db.query<{ count: number }>(counting, [`%${text}%`]);
    if (rows[0]!.count > 0) found[name] = rows[0]!.count;
  }
  return found;
}
