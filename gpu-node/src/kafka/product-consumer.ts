/** Keeps the table of products as `ocr.completed` tells of them. */
import { OCR_COMPLETED, ocrCompletedEventSchema } from '@edge-ocr/shared/contract/cloud-events';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { parseJson } from '@edge-ocr/shared/parse-json';
import { type Database, DatabaseAwayError, ShopErasedError } from '../persist/database.ts';
import { syncProduct } from '../persist/products.ts';
import { findResult } from '../persist/results.ts';
import { readProduct } from '../products/product-reading.ts';
import type { IncomingMessage, KafkaLog } from './kafka-client.ts';
import type { Outcome } from './work-through.ts';

/** refused: its shop was erased. */
export type SyncOutcome = 'written' | 'unchanged' | 'unreadable' | 'postponed' | 'refused';

export interface ProductSyncOptions {
  readonly database: Database;
  readonly minConfidence: number;
  readonly onOutcome: (outcome: SyncOutcome) => void;
  readonly log: KafkaLog;
}

/** @returns a handler that never rejects, for workThrough. An event that cannot be used is logged and passed over. */
export function productSync(options: ProductSyncOptions): (message: IncomingMessage) => Promise<Outcome> {
  return async (message) => {
    const { topic, partition, offset } = message;
    const outcome = await sync(message, options).catch((err: unknown): SyncOutcome => {
      if (err instanceof ShopErasedError) return 'refused';
      const fields = { err, topic, partition, offset };
      if (mayPass(err)) {
        options.log.warn(fields, 'a product waits for the database');
        return 'postponed';
      }
      options.log.error(fields, 'a product could not be written');
      return 'unreadable';
    });
    options.onOutcome(outcome);
    return outcome === 'postponed' ? 'later' : 'done';
  };
}

async function sync(
  message: IncomingMessage,
  { database, minConfidence, log }: ProductSyncOptions,
): Promise<SyncOutcome> {
  const parsed = ocrCompletedEventSchema.safeParse(parseJson(message.value?.toString('utf8') ?? ''));
  if (!parsed.success || parsed.data.shopid !== parsed.data.data.shop_id) {
    const { topic, partition, offset } = message;
    log.warn({ topic, partition, offset }, `this is no event ${OCR_COMPLETED}`);
    return 'unreadable';
  }
  const { shop_id: shopId, job_id: jobId, result } = parsed.data.data;
  // As it was read: what people say of a result since is no matter of its event.
  const read: OcrResult | null = result ?? (await findResult(database, shopId, jobId));
  const reading = read && readProduct(shopId, read, minConfidence);
  return reading && (await syncProduct(database, reading)) ? 'written' : 'unchanged';
}

/** Of PostgreSQL's errors those of class 40: deadlocks, and transactions that met another. */
function mayPass(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return error instanceof DatabaseAwayError || /^40...$/.test(code);
}
