/** Work that is done later, callbacks, receipts and repeatable requests. */
import { flag, integer, secret } from './variable.ts';

export const jobVariables = {
  IDEMPOTENCY_HOURS: integer(1, 720).default(24).describe('How long the answer under an Idempotency-Key is kept.'),
  IDEMPOTENCY_LOCK_MS: integer(1000, 3_600_000)
    .default(60_000)
    .describe('A request that has had a key for so long has died; at least PROCESSING_TIMEOUT_MS and 5 seconds.'),
  IDEMPOTENCY_SWEEP_SECONDS: integer(1, 86_400).default(600).describe('Between removals of what was kept long enough.'),
  RECEIPTS_PROCESS_ALL_MAX: integer(1, 100_000)
    .default(1000)
    .describe('Receipts that one process-all puts into the queue at most.'),
  JOB_CONCURRENCY: integer(0, 256)
    .default(8)
    .describe('Jobs that this node processes at a time, beside requests; 0: it only takes them in.'),
  JOB_ACCEPT_IN_FLIGHT: integer(1, 10_000).default(64).describe('Jobs being taken in at a time; more are refused.'),
  JOB_MAX_QUEUED: integer(1, 1_000_000).default(10_000).describe('Jobs that wait, of all shops; more are refused.'),
  JOB_TIMEOUT_SECONDS: integer(1, 3600).default(120).describe('One try of a job.'),
  JOB_EXPIRE_SECONDS: integer(1, 30 * 86_400)
    .default(86_400)
    .describe('A job that was not begun within this fails with TIMEOUT.'),
  JOB_RETRIES: integer(0, 20).default(3).describe('After failures that may pass.'),
  JOB_HEARTBEAT_SECONDS: integer(10, 600)
    .default(10)
    .describe('A node that was killed loses its jobs to others after this.'),
  JOB_POLL_MS: integer(100, 600_000).default(2000).describe('Between looks for jobs that no notification told of.'),
  JOB_PROGRESS_MS: integer(50, 60_000).default(500).describe('Between notes of a job’s progress.'),
  CALLBACK_SECRET: secret
    .optional()
    .describe('Each shop’s signing secret is derived from it; without it from INTERNAL_SECRET.'),
  CALLBACK_ALLOW_HTTP: flag.default(false),
  CALLBACK_ALLOW_PRIVATE: flag.default(false).describe('Callbacks into private networks, for tests and closed setups.'),
  CALLBACK_TIMEOUT_MS: integer(100, 120_000).default(10_000),
  CALLBACK_RETRIES: integer(0, 50).default(8),
  CALLBACK_CONCURRENCY: integer(0, 256).default(4),
};
