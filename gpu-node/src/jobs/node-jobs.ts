/** The queue of jobs and that of callbacks as a node runs them, from its configuration. */
import { resultAnswer } from '@edge-ocr/shared/cache/answer';
import { OcrError } from '@edge-ocr/shared/errors';
import type { Logger } from 'pino';
import { type CallbackData, deliverCallbacks } from '../callbacks/deliver-callbacks.ts';
import type { Config } from '../config.ts';
import type { ImageStore } from '../images/image-store.ts';
import type { Engine } from '../inference/engine.ts';
import type { NodeMetrics } from '../metrics.ts';
import type { Database } from '../persist/database.ts';
import { processDocument } from '../process-document.ts';
import { duplicateLimits } from '../routes/duplicate-limits.ts';
import type { AnswerSharing } from '../share-answers.ts';
import type { Tracing } from '../tracing/tracer.ts';
import { openJobQueue } from './open-job-queue.ts';
import type { QueueWorker } from './queue-worker.ts';

interface JobParts {
  readonly database: Database;
  readonly engine: Engine;
  readonly images: ImageStore;
  readonly metrics: NodeMetrics;
  readonly sharing: AnswerSharing;
  readonly logger: Logger;
  readonly tracing: Tracing;
}

/** Of the time to stop, what is left for jobs that have to go back. */
const STOP_SHARE = 0.8;

export function openJobs(config: Config, parts: JobParts) {
  const { database, engine, images, metrics, sharing, logger, tracing } = parts;
  return openJobQueue({
    database,
    images,
    tracing,
    async process(request) {
      metrics.requestStarted();
      try {
        const result = await processDocument(request, engine);
        metrics.requestSucceeded(result);
        return result;
      } catch (error) {
        metrics.requestFailed(OcrError.from(error).code);
        throw error;
      }
    },
    onCompleted(result, { shopId, sha256, options }) {
      if (result.model_version !== engine.modelVersion) return;
      void sharing.share({ shopId, sha256, options }, () => resultAnswer(result));
    },
    duplicateLimits: duplicateLimits(config),
    concurrency: config.JOB_CONCURRENCY,
    maxQueued: config.JOB_MAX_QUEUED,
    timeoutSeconds: config.JOB_TIMEOUT_SECONDS,
    heartbeatSeconds: config.JOB_HEARTBEAT_SECONDS,
    retries: config.JOB_RETRIES,
    expireSeconds: config.JOB_EXPIRE_SECONDS,
    pollMs: config.JOB_POLL_MS,
    progressMs: config.JOB_PROGRESS_MS,
    callbackRetries: config.CALLBACK_RETRIES,
    stopTimeoutMs: config.SHUTDOWN_TIMEOUT_MS * STOP_SHARE,
    log: logger,
  });
}

export function openCallbacks(
  config: Config,
  { database, jobs, logger }: { database: Database; jobs: ReturnType<typeof openJobs>; logger: Logger },
): QueueWorker<CallbackData> {
  return deliverCallbacks({
    boss: jobs.boss,
    database,
    find: (shopId, id) => jobs.find(shopId, id),
    masterSecret: config.CALLBACK_SECRET ?? config.INTERNAL_SECRET,
    allowHttp: config.CALLBACK_ALLOW_HTTP,
    allowPrivate: config.CALLBACK_ALLOW_PRIVATE,
    timeoutMs: config.CALLBACK_TIMEOUT_MS,
    concurrency: config.CALLBACK_CONCURRENCY,
    pollMs: config.JOB_POLL_MS,
    log: logger,
  });
}
