/** The queue of jobs on pg-boss: what comes in, what this node works on, and what became of it. */
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import { recordJobEvent } from '../events/job-events.ts';
import type { ImageStore } from '../images/image-store.ts';
import {
  type Database,
  DatabaseAwayError,
  type Listening,
  type Queryable,
  ShopErasedError,
} from '../persist/database.ts';
import type { DuplicateLimits } from '../persist/duplicates.ts';
import { timeOfJobId } from '../persist/job-id.ts';
import type { DocumentRequest } from '../process-document.ts';
import { type Repetition, repeat } from '../repeat.ts';
import { NO_TRACING, type Tracing } from '../tracing/tracer.ts';
import { acceptJobs, type QueueLimits } from './accept-jobs.ts';
import { type AdoptedWork, adopt, endAdopted } from './adopt-work.ts';
import { type Claimed, openBoss, QUEUE } from './boss.ts';
import { cancelJob } from './cancel-job.ts';
import { estimateSeconds, readLoad, readOldestSeconds, ServiceTime } from './estimate.ts';
import { findJob } from './find-job.ts';
import { groupCalls } from './group-calls.ts';
import { factsOf, type JobData, jobDataOf, watchedOf } from './job-data.ts';
import type { AcceptedJob, JobQueue, JobWatcher } from './job-queue.ts';
import { QueueWorker } from './queue-worker.ts';
import { CancelledError, type JobLog, type JobRunner, runJob } from './run-job.ts';
import { claimOf, type Settling, settleAgain } from './settle-job.ts';
import { sweepJobs } from './sweep-jobs.ts';
import { listenForNews } from './wake-up.ts';

export interface JobQueueOptions extends QueueLimits {
  readonly database: Database;
  readonly images: ImageStore;
  /** Reads an image: processDocument with an engine. */
  readonly process: (request: DocumentRequest) => Promise<OcrResult>;
  readonly duplicateLimits: DuplicateLimits;
  /** Jobs of this node at a time. */
  readonly concurrency: number;
  readonly expireSeconds: number;
  readonly pollMs: number;
  readonly progressMs: number;
  readonly callbackRetries: number;
  /** For jobs in work when the node stops. */
  readonly stopTimeoutMs: number;
  readonly onCompleted?: (result: OcrResult, job: JobData) => void;
  readonly log: JobLog & { error(fields: object, message: string): void };
  /** Each try of a job is a span that continues the request's that accepted it. */
  readonly tracing?: Tracing;
}

/** Accepts that share a transaction, and how many such transactions there are at a time. */
const ACCEPT_GROUP = { maxItems: 50, maxGroups: 2 };
const SWEEP_MS = 5000;

/** Nothing is taken from the queue before start(). */
export function openJobQueue(options: JobQueueOptions): JobQueue & Pick<AdoptedWork, 'boss'> {
  const { database, concurrency, log } = options;
  const boss = openBoss(database, (err) => report(err, 'trouble in the upkeep of the job queue'));
  const watchers: JobWatcher[] = [];
  const settling: Settling = {
    boss,
    watchers,
    duplicateLimits: options.duplicateLimits,
    callbackRetries: options.callbackRetries,
  };
  const finder = { serviceTime: new ServiceTime(database), places: concurrency };
  const runner: JobRunner = {
    ...{ database, images: options.images, settling, process: options.process, progressMs: options.progressMs },
    timeoutMs: options.timeoutSeconds * 1000,
    onCompleted: options.onCompleted ?? (() => {}),
    tracing: options.tracing ?? NO_TRACING,
    log,
  };
  function report(err: unknown, message: string, of: object = {}): void {
    // While the database is away everything fails, and what it means is said once by whoever needs it.
    if (err instanceof DatabaseAwayError) log.warn({ ...of, reason: String(err.cause) }, message);
    else log.error({ ...of, err }, message);
  }

  const worker = new QueueWorker<JobData>({
    concurrency,
    pollMs: options.pollMs,
    heartbeatMs: (options.heartbeatSeconds * 1000) / 3,
    claim: (limit) => database.transaction((tx) => claimJobs(tx, settling, limit)),
    work: (job, signal) => runJob(job, signal, runner),
    touch: (jobs) => boss.touch(QUEUE.jobs, jobs),
    giveBack: async (claimed) => {
      await database.transaction((tx) => settleAgain(tx, claimed.data, claimOf(boss, claimed).giveBack));
    },
    onError: (err, job) =>
      job
        ? report(err, 'a job could not be settled', factsOf(job.data))
        : report(err, 'the job queue could not be read'),
  });
  const adopted: AdoptedWork = { boss, database, settling, limits: options, running: new Map() };

  const acceptAll = async (jobs: readonly JobData[], tx?: Queryable): Promise<(AcceptedJob | null)[]> => {
    const meanMs = await finder.serviceTime.meanMs();
    const placed = tx
      ? await acceptJobs(tx, boss, jobs, options)
      : await database.transaction((own) => acceptJobs(own, boss, jobs, options));
    return placed.map(({ isNew, ahead, processing }, index): AcceptedJob | null => {
      if (!isNew) return null;
      const estimate = estimateSeconds(ahead, Math.max(processing, concurrency), meanMs);
      return {
        job_id: jobs[index]!.id,
        status: 'queued',
        queue_position: ahead,
        estimated_time_seconds: estimate,
        progress_percentage: 0,
      };
    });
  };
  const acceptGroup = groupCalls((jobs: readonly JobData[]) => acceptAll(jobs), ACCEPT_GROUP);
  const acceptTogether = (job: JobData) =>
    acceptGroup(job).catch(async (error: unknown) => {
      // It may be another of the group whose shop was erased.
      if (error instanceof ShopErasedError) return (await acceptAll([job]))[0]!;
      throw error;
    });

  let news: Listening | undefined;
  let sweeping: Repetition | undefined;
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await Promise.all([
      sweeping?.stop(),
      worker.stop(options.stopTimeoutMs),
      endAdopted(adopted, options.stopTimeoutMs),
    ]);
    await news?.stop();
    await boss.stop();
  };
  return {
    boss,
    get inWork() {
      return worker.inWork;
    },
    async accept(job, tx) {
      const data = jobDataOf(job);
      const accepted = tx ? (await acceptAll([data], tx))[0] : await acceptTogether(data);
      const known = accepted ?? (await findJob(tx ?? database, data.shopId, data.id, finder));
      if (!known) throw new OcrError('CONFLICT', { message: 'The id of the job is taken' });
      return known;
    },
    adopt: (job, abort) => adopt(jobDataOf(job), abort, adopted),
    find: (shopId, id) => findJob(database, shopId, id, finder),
    async cancel(shopId, id) {
      await cancelJob(database, shopId, id, settling);
      return (await findJob(database, shopId, id, finder))!;
    },
    watch: (watcher) => void watchers.push(watcher),
    async counts() {
      const [{ waiting, processing }, oldestSeconds, dead] = await Promise.all([
        readLoad(database),
        readOldestSeconds(database),
        boss.countDead(database),
      ]);
      return {
        waiting: [...waiting.values()].reduce((sum, jobs) => sum + jobs, 0),
        processing,
        dead: dead.jobs,
        deadCallbacks: dead.callbacks,
        oldestSeconds,
      };
    },
    async start() {
      await boss.start();
      news = listenForNews(database, {
        onJobs: () => worker.wake(),
        onCancelled: (id) => {
          worker.abort(id, new CancelledError('The job was cancelled'));
          adopted.running.get(id)?.(new CancelledError('The job was cancelled'));
        },
      });
      sweeping = repeat(() => sweepJobs(database, settling, options), {
        everyMs: SWEEP_MS,
        onError(err) {
          if (!(err instanceof DatabaseAwayError)) report(err, 'jobs could not be swept');
        },
      });
      worker.start();
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

const BEGIN_JOBS = {
  name: 'begin-jobs',
  text: `UPDATE ocr_processing_jobs job SET status = 'processing', started_at = now(), progress_percentage = 0
         FROM unnest($1::uuid[], $2::timestamptz[]) AS begun (id, created_at)
         WHERE job.id = begun.id AND job.created_at = begun.created_at AND job.status IN ('queued', 'processing')
         RETURNING job.id`,
};

/** Claims and the rows that say so, together. What is over already goes out of the queue. */
async function claimJobs(tx: Queryable, { boss, watchers }: Settling, limit: number): Promise<Claimed<JobData>[]> {
  const claimed = await boss.claim<JobData>(tx, QUEUE.jobs, limit);
  if (claimed.length === 0) return claimed;
  const ids = claimed.map(({ id }) => id);
  const { rows } = await tx.query<{ id: string }>(BEGIN_JOBS, [ids, ids.map(timeOfJobId)]);
  const begun = new Set(rows.map(({ id }) => id));
  for (const claim of claimed) if (!begun.has(claim.id)) await boss.complete(tx, QUEUE.jobs, claim);
  const jobs = claimed.filter(({ id }) => begun.has(id));
  for (const { id, data } of jobs) {
    await recordJobEvent(tx, {
      shopId: data.shopId,
      jobId: id,
      event: { event: 'job_started', progress: 0 },
    });
  }
  const watched = jobs.map(({ data }) => watchedOf(data));
  if (watched.length > 0) for (const watcher of watchers) await watcher.started?.(tx, watched);
  return jobs;
}
