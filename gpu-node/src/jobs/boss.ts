/** The queue itself: pg-boss on the node's own database. The only importer of pg-boss. */
import { createHash } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { Queryable, Statement } from '../persist/database.ts';

const SCHEMA = 'pgboss';
/** Jobs and the calls of their callback addresses, each with what failed for good beside it. */
export const QUEUE = {
  jobs: 'ocr',
  deadJobs: 'ocr-dead',
  callbacks: 'callbacks',
  deadCallbacks: 'callbacks-dead',
} as const;
export type QueueName = (typeof QUEUE)[keyof typeof QUEUE];

const DAY_SECONDS = 86_400;
/** The rows of ocr_processing_jobs are the record; what is done need not stay in the queue. */
const DONE_KEPT_SECONDS = 600;
const DEAD_KEPT_SECONDS = 90 * DAY_SECONDS;
/** Longer than JOB_EXPIRE_SECONDS may be: nothing that waits is forgotten here. */
const WAITING_KEPT_SECONDS = 60 * DAY_SECONDS;
/** How often lost claims are looked for. Any of the nodes does it, one at a time. */
const SUPERVISE_SECONDS = 5;

/** A job as taken from a queue. `id` and `retryCount` name the claim: a later one makes this one void. */
export interface Claimed<T> {
  readonly id: string;
  readonly retryCount: number;
  readonly retryLimit: number;
  readonly data: T;
}

export interface Enqueued {
  readonly id?: string;
  readonly data: object;
  readonly priority?: number;
  readonly retryLimit: number;
  /** Seconds; the first pause between tries, doubled each time, with jitter. */
  readonly retryDelay: number;
  readonly retryDelayMax: number;
  /** Seconds that one try may take before another node may take the job. */
  readonly expireInSeconds: number;
  readonly heartbeatSeconds?: number;
  /** Seconds until it may begin. */
  readonly startAfter?: number;
}

export interface DeadLetter<T> {
  /** Of the dead letter. */
  readonly id: string;
  readonly data: T;
  readonly failedAt: Date;
  /** Tries that failed. */
  readonly tries: number;
  readonly error: unknown;
}

/** Every call takes the transaction it belongs to, or the database. */
export interface Boss {
  enqueue(db: Queryable, queue: QueueName, jobs: readonly Enqueued[]): Promise<void>;
  claim<T extends object>(db: Queryable, queue: QueueName, limit: number): Promise<Claimed<T>[]>;
  /** @returns whether the claim still held. */
  complete(db: Queryable, queue: QueueName, claim: Pick<Claimed<unknown>, 'id' | 'retryCount'>): Promise<boolean>;
  /** Takes out a job that waits for a start that is not needed any more. @returns whether it still waited. */
  completeWaiting(db: Queryable, queue: QueueName, id: string): Promise<boolean>;
  /** To be tried again, or a dead letter when its tries are used up. @returns whether the claim still held. */
  fail(
    db: Queryable,
    queue: QueueName,
    claim: Pick<Claimed<unknown>, 'id' | 'retryCount'>,
    error: object,
  ): Promise<boolean>;
  /** Back to the queue at once. @returns whether the claim still held. */
  giveBack(db: Queryable, queue: QueueName, claim: Pick<Claimed<unknown>, 'id' | 'retryCount'>): Promise<boolean>;
  /** @returns whether it waited or ran. */
  cancel(db: Queryable, queue: QueueName, id: string): Promise<boolean>;
  /** A job that waits for a later start begins now. */
  hasten(db: Queryable, queue: QueueName, id: string): Promise<void>;
  /** Says that these claims are alive. @returns the ids of those that still hold. */
  touch(queue: QueueName, claims: readonly Pick<Claimed<unknown>, 'id' | 'retryCount'>[]): Promise<Set<string>>;
  dead<T extends object>(db: Queryable, queue: QueueName): Promise<DeadLetter<T>[]>;
  /** Dead letters of each kind. */
  countDead(db: Queryable): Promise<{ readonly jobs: number; readonly callbacks: number }>;
  remove(db: Queryable, queue: QueueName, ids: readonly string[]): Promise<void>;
  /** Begin to look for lost claims and to clear away what is done. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Make or update pg-boss's tables and our queues. To be called by one node at a time. */
export async function installBoss(db: Queryable): Promise<void> {
  const boss = new PgBoss({ db: executor(db), schema: SCHEMA, migrate: true, supervise: false, schedule: false });
  const failures: unknown[] = [];
  boss.on('error', (error) => failures.push(error));
  await boss.start();
  const waiting = { retentionSeconds: WAITING_KEPT_SECONDS, deleteAfterSeconds: DONE_KEPT_SECONDS };
  const dead = { retentionSeconds: DEAD_KEPT_SECONDS, deleteAfterSeconds: DONE_KEPT_SECONDS };
  await boss.createQueue(QUEUE.deadJobs, dead);
  await boss.createQueue(QUEUE.deadCallbacks, dead);
  await boss.createQueue(QUEUE.jobs, { ...waiting, deadLetter: QUEUE.deadJobs });
  await boss.createQueue(QUEUE.callbacks, { ...waiting, deadLetter: QUEUE.deadCallbacks });
  await boss.stop({ close: false, graceful: false });
  if (failures.length > 0) throw new AggregateError(failures, 'The job queue could not be made ready');
}

/** @param onError told of trouble in the background work, which is tried again. */
export function openBoss(db: Queryable, onError: (error: unknown) => void): Boss {
  const boss = new PgBoss({
    db: executor(db),
    schema: SCHEMA,
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    maintenanceIntervalSeconds: DONE_KEPT_SECONDS,
  });
  boss.on('error', onError);
  const on = (transaction: Queryable) => ({ db: executor(transaction) });
  return {
    async enqueue(transaction, queue, jobs) {
      await boss.insert(
        queue,
        jobs.map((job) => ({ ...job, retryBackoff: true })),
        on(transaction),
      );
    },
    claim: (transaction, queue, limit) =>
      boss.fetch(queue, { batchSize: limit, includeMetadata: true, ...on(transaction) }),
    complete: async (transaction, queue, { id, retryCount }) =>
      affected(await boss.complete(queue, { id, retryCount }, null, on(transaction))) > 0,
    completeWaiting: async (transaction, queue, id) =>
      affected(await boss.complete(queue, id, null, { includeQueued: true, ...on(transaction) })) > 0,
    fail: async (transaction, queue, { id, retryCount }, error) =>
      affected(await boss.fail(queue, { id, retryCount }, error, on(transaction))) > 0,
    async giveBack(transaction, queue, { id, retryCount }) {
      const held = affected(await boss.cancel(queue, { id, retryCount }, on(transaction))) > 0;
      if (held) await boss.resume(queue, id, on(transaction));
      return held;
    },
    cancel: async (transaction, queue, id) => affected(await boss.cancel(queue, id, on(transaction))) > 0,
    async hasten(transaction, queue, id) {
      await boss.update(queue, undefined, { id, startAfter: 0, ...on(transaction) });
    },
    async touch(queue, claims) {
      const touched = await boss.touch(
        queue,
        claims.map(({ id, retryCount }) => ({ id, retryCount })),
      );
      return new Set((touched as { settled?: string[] }).settled ?? []);
    },
    async dead<T extends object>(transaction: Queryable, queue: QueueName) {
      const found = await boss.findJobs<T>(queue, { queued: true, ...on(transaction) });
      return found.map(({ id, data, createdOn, sourceRetryCount, sourceOutput }) => {
        return { id, data, failedAt: createdOn, tries: (sourceRetryCount ?? 0) + 1, error: sourceOutput };
      });
    },
    async countDead(transaction) {
      const { rows } = await transaction.query<{ jobs: number; callbacks: number }>(COUNT_DEAD, []);
      return rows[0]!;
    },
    async remove(transaction, queue, ids) {
      if (ids.length > 0) await boss.deleteJob(queue, [...ids], on(transaction));
    },
    async start() {
      await boss.start();
    },
    stop: () => boss.stop({ close: false, graceful: false }),
  };
}

const COUNT_DEAD = {
  name: 'count-dead-jobs',
  text: `SELECT count(*) FILTER (WHERE name = '${QUEUE.deadJobs}')::int AS jobs,
                count(*) FILTER (WHERE name = '${QUEUE.deadCallbacks}')::int AS callbacks
         FROM ${SCHEMA}.job WHERE name IN ('${QUEUE.deadJobs}', '${QUEUE.deadCallbacks}') AND state = 'created'`,
};

function affected(response: object): number {
  return (response as { affected?: number }).affected ?? 0;
}

function executor(db: Queryable) {
  return {
    // What comes without values may be several statements, which the server prepares for nobody.
    executeSql: (text: string, values: unknown[] = []) =>
      values.length > 0 ? db.query(prepared(text), values) : db.query(text),
  };
}

/** Their plans take longer than their work, and there are few of them; what comes beyond is planned each time. */
const PREPARED_MAX = 300;
const statements = new Map<string, Statement>();

function prepared(text: string): Statement {
  const known = statements.get(text);
  if (known || statements.size >= PREPARED_MAX) return known ?? { text };
  const statement = { name: `boss-${createHash('sha1').update(text).digest('hex').slice(0, 16)}`, text };
  statements.set(text, statement);
  return statement;
}
