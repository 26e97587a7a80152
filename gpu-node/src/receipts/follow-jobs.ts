import type { JobOutcome, JobWatcher, WatchedJob } from '../jobs/job-queue.ts';
import type { Queryable } from '../persist/database.ts';
import { markCompleted, markFailed, markProcessing, markUnqueued, type ReceiptJob } from '../persist/receipts.ts';

/** Receipts follow their jobs: pending → processing → completed or failed, in the transactions of the jobs. */
export const receiptsWatcher: Required<JobWatcher> = {
  async started(tx, jobs) {
    const receipts = jobs.flatMap((job) => receiptJob(job) ?? []);
    if (receipts.length > 0) await markProcessing(tx, receipts);
  },

  async finished(tx, job, outcome) {
    const receipt = receiptJob(job);
    if (receipt) await follow(tx, receipt, outcome);
  },
};

async function follow(tx: Queryable, receipt: ReceiptJob, outcome: JobOutcome): Promise<void> {
  if (outcome.status === 'completed') await markCompleted(tx, receipt);
  else if (outcome.status === 'failed') await markFailed(tx, receipt, outcome.error);
  else await markUnqueued(tx, receipt);
}

function receiptJob({ id, shopId, receiptId }: WatchedJob): ReceiptJob | null {
  return receiptId === null ? null : { receiptId, shopId, jobId: id };
}
