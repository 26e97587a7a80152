/** Calls callback addresses with the outcomes of jobs, from a queue of their own. */

import { type Boss, QUEUE } from '../jobs/boss.ts';
import type { Job } from '../jobs/job-queue.ts';
import { QueueWorker } from '../jobs/queue-worker.ts';
import type { Database } from '../persist/database.ts';
import type { CallbackRules } from './callback-address.ts';
import { postCallback } from './post-callback.ts';
import { SIGNATURE_HEADER, shopSecret, signCallback } from './sign-callback.ts';

/** As it lies in the queue; the outcome is read when the call is made. */
export interface CallbackData {
  readonly url: string;
  readonly shopId: string;
  readonly jobId: string;
}

export interface CallbackOptions extends CallbackRules {
  readonly boss: Boss;
  readonly database: Database;
  readonly find: (shopId: string, id: string) => Promise<Job | null>;
  /** From which each shop's is derived. */
  readonly masterSecret: string;
  readonly timeoutMs: number;
  /** Calls at a time. */
  readonly concurrency: number;
  readonly pollMs: number;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** Of a receiver that wants no more calls. */
const GONE = 410;
const HEARTBEAT_MS = 60_000;

/** Nothing is called before start(). A call that fails is repeated with growing pauses; each job may be told more than once. */
export function deliverCallbacks(options: CallbackOptions): QueueWorker<CallbackData> {
  const { boss, database, log } = options;
  return new QueueWorker<CallbackData>({
    concurrency: options.concurrency,
    pollMs: options.pollMs,
    heartbeatMs: HEARTBEAT_MS,
    claim: (limit) => boss.claim(database, QUEUE.callbacks, limit),
    async work(claimed) {
      const { jobId, shopId } = claimed.data;
      const failure = await call(claimed.data, options);
      if (failure === null) await boss.complete(database, QUEUE.callbacks, claimed);
      else {
        log.info(
          { job_id: jobId, shop_id: shopId, reason: failure, tries: claimed.retryCount + 1 },
          'a callback failed',
        );
        await boss.fail(database, QUEUE.callbacks, claimed, { reason: failure });
      }
    },
    touch: async (jobs) => new Set(jobs.map(({ id }) => id)),
    giveBack: async (claimed) => void (await boss.giveBack(database, QUEUE.callbacks, claimed)),
    onError: (err) => log.warn({ err }, 'callbacks could not be taken from their queue'),
  });
}

/** @returns why it failed, or null. */
async function call({ url, shopId, jobId }: CallbackData, options: CallbackOptions): Promise<string | null> {
  const job = await options.find(shopId, jobId);
  const outcome = job?.result ? { result: job.result } : { error: job?.error };
  const isCompleted = job?.status === 'completed';
  if (!isCompleted && job?.status !== 'failed') return null;
  const event = isCompleted ? 'job.completed' : 'job.failed';
  const body = JSON.stringify({ event, job_id: jobId, ...outcome });
  const time = Math.floor(Date.now() / 1000);
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'edge-ocr',
    [SIGNATURE_HEADER]: signCallback(shopSecret(options.masterSecret, shopId), time, body),
  };
  try {
    const status = await postCallback({ url, headers, body, timeoutMs: options.timeoutMs }, options);
    return (status >= 200 && status < 300) || status === GONE ? null : `status ${status}`;
  } catch (error) {
    return (error as Error).message;
  }
}
