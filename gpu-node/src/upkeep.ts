import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { sweepEvents } from './events/sweep-events.ts';
import type { ImageStore } from './images/image-store.ts';
import { sweepImages } from './images/sweep-images.ts';
import type { Database } from './persist/database.ts';
import { sweepKeys } from './persist/idempotency-keys.ts';
import { ensurePartitions } from './persist/partitions.ts';
import { sweepOldRows } from './persist/sweep-old-rows.ts';
import { sweepOutbox } from './persist/sweep-outbox.ts';
import { type Repetition, repeat } from './repeat.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Kept {
  readonly db: Database;
  readonly images: ImageStore;
  readonly logger: Logger;
}

/** Keeps the database and the image store from growing for ever: any node does it, and several at once do no harm. */
export function startUpkeep(config: Config, { db, images, logger }: Kept): Repetition {
  const failed = (message: string) => (err: Error) => logger.warn({ err }, message);
  const outbox = {
    publishedHours: config.OUTBOX_PUBLISHED_HOURS,
    unreadHours: config.KAFKA_BROKERS ? null : config.OUTBOX_UNREAD_HOURS,
    requestDays: config.KAFKA_REQUEST_DAYS,
  };
  const sweepStore = async () => {
    const deleted = await sweepImages(images, db, config.IMAGE_RETENTION_DAYS * DAY_MS);
    logger.info({ deleted, store: images.name }, 'images swept');
  };
  const kept = {
    results: config.RESULT_RETENTION_DAYS,
    accessLog: config.ACCESS_LOG_RETENTION_DAYS,
    errorLog: config.ERROR_LOG_RETENTION_DAYS,
    auditLog: config.AUDIT_RETENTION_DAYS,
  };
  const sweepRows = async () => {
    const swept = await sweepOldRows(db, kept);
    if (swept) logger.info(swept, 'old rows swept');
  };
  const sweeps = [
    repeat(() => sweepKeys(db), {
      everyMs: config.IDEMPOTENCY_SWEEP_SECONDS * SECOND_MS,
      onError: failed('old idempotency keys could not be removed'),
    }),
    repeat(() => sweepEvents(db, config.EVENTS_RETENTION_SECONDS), {
      everyMs: MINUTE_MS,
      onError: failed('old events of jobs could not be removed'),
    }),
    repeat(() => sweepOutbox(db, outbox), {
      everyMs: HOUR_MS,
      firstMs: 0,
      onError: failed('old events could not be removed'),
    }),
    // Those of the start are there already.
    repeat(() => ensurePartitions(db, config.PARTITION_MONTHS_AHEAD), {
      everyMs: DAY_MS,
      onError: failed('the partitions of the next months could not be made'),
    }),
    repeat(sweepRows, {
      everyMs: DAY_MS,
      firstMs: 10 * MINUTE_MS,
      onError: failed('old rows could not be removed'),
    }),
    repeat(sweepStore, { everyMs: DAY_MS, firstMs: 5 * MINUTE_MS, onError: failed('images could not be swept') }),
  ];
  return {
    async stop() {
      await Promise.all(sweeps.map((sweep) => sweep.stop()));
    },
  };
}
