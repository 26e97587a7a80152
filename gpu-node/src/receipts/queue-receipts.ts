/** Hands receipts to the job queue. Receipt and job change in one transaction: neither is without the other. */
import type { Principal } from '@edge-ocr/shared/access';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { imageKey } from '../images/image-store.ts';
import type { JobPriority, JobQueue } from '../jobs/job-queue.ts';
import type { Queryable, Transactional } from '../persist/database.ts';
import { newJobId } from '../persist/job-id.ts';
import { lockReceipt, lockUnqueued, markQueued, type QueueableReceipt } from '../persist/receipts.ts';
import type { RequestTrace } from '../routes/request-trace.ts';

export interface QueueParts {
  readonly db: Transactional;
  readonly jobs: Pick<JobQueue, 'accept'>;
}

export interface WhoAsks {
  readonly principal: Pick<Principal, 'shopId' | 'userId'>;
  readonly trace: RequestTrace;
}

/** Receipts in one transaction: few enough that it is short. */
const CHUNK_RECEIPTS = 50;

/**
 * Queues one receipt to be read, or read again.
 * @throws OcrError NOT_FOUND when the shop has none of this id, CONFLICT while it waits or is processed, OVERLOADED when
 *   the queue is full; DatabaseAwayError.
 */
export async function queueReceipt(parts: QueueParts, id: string, who: WhoAsks): Promise<void> {
  await parts.db.transaction(async (tx) => {
    const receipt = await lockReceipt(tx, who.principal.shopId, id);
    if (!receipt) throw new OcrError('NOT_FOUND');
    const { ocr_status: status, job_id: jobId } = receipt;
    if (status === 'processing' || (status === 'pending' && jobId)) throw alreadyQueued(status, jobId);
    await acceptAll([receipt], 'normal', parts, tx, who);
  });
}

/**
 * Queues the shop's receipts that nobody has queued yet, the oldest first, behind what single people wait for.
 * @param deadline milliseconds since the epoch: what was not queued by then is left to the next call.
 * @returns how many were queued.
 * @throws OcrError OVERLOADED when the queue is full before the first; DatabaseAwayError.
 */
export async function queueAllReceipts(
  parts: QueueParts,
  limit: number,
  deadline: number,
  who: WhoAsks,
): Promise<number> {
  let queued = 0;
  while (queued < limit && (queued === 0 || Date.now() < deadline)) {
    const count = Math.min(CHUNK_RECEIPTS, limit - queued);
    try {
      const taken = await queueChunk(parts, count, who);
      queued += taken;
      if (taken < count) break;
    } catch (error) {
      // What the chunks before have queued stays queued, and is what there is to tell.
      if (queued === 0 || !(error instanceof OcrError)) throw error;
      break;
    }
  }
  return queued;
}

async function queueChunk(parts: QueueParts, count: number, who: WhoAsks): Promise<number> {
  return await parts.db.transaction(async (tx) => {
    const receipts = await lockUnqueued(tx, who.principal.shopId, count);
    await acceptAll(receipts, 'low', parts, tx, who);
    return receipts.length;
  });
}

async function acceptAll(
  receipts: readonly QueueableReceipt[],
  priority: JobPriority,
  { jobs }: QueueParts,
  tx: Queryable,
  { principal, trace }: WhoAsks,
): Promise<void> {
  const { shopId } = principal;
  const queued = receipts.map((receipt) => ({ id: receipt.id, jobId: newJobId(), receipt }));
  await markQueued(tx, shopId, queued);
  for (const { id, jobId, receipt } of queued) {
    const job = {
      id: jobId,
      principal,
      options: parseOcrOptions({ type: 'receipt' }),
      imageKey: imageKey(shopId, receipt.image_sha256),
      sha256: receipt.image_sha256,
      sizeBytes: receipt.image_size_bytes,
      format: receipt.image_format,
      priority,
      jobType: 'receipt',
      receiptId: id,
      ...trace,
    } as const;
    await jobs.accept(job, tx);
  }
}

function alreadyQueued(status: string, jobId: string | null): OcrError {
  return new OcrError('CONFLICT', {
    message: status === 'processing' ? 'The receipt is being processed' : 'The receipt waits in the queue already',
    suggestion: 'Look at the receipt again in a moment.',
    details: { ocr_status: status, job_id: jobId },
  });
}
