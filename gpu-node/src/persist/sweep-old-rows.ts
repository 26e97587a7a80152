/** Removes rows whose time is over: results by whole months, logs by age. */
import { alone } from './alone.ts';
import type { Database, Transactional } from './database.ts';
import { deleteInBatches } from './delete-in-batches.ts';
import { dropPartitionsBefore } from './partitions.ts';

/** In days. */
export interface Retention {
  /** 0 keeps them for ever. */
  readonly results: number;
  readonly accessLog: number;
  readonly errorLog: number;
  readonly auditLog: number;
}

export interface SweptRows {
  /** Names of the months' tables that were dropped. */
  readonly partitions: string[];
  /** Rows deleted, by table. */
  readonly rows: Readonly<Record<string, number>>;
}

const DAY_MS = 86_400_000;
/** For dropping a large table; the batches of rows are small. */
const STATEMENT_TIMEOUT_MS = 120_000;

/**
 * Any node may call it; one at a time does it.
 * @returns null when another node is at it.
 * @throws DatabaseAwayError
 */
export async function sweepOldRows(db: Database, kept: Retention, now: Date = new Date()): Promise<SweptRows | null> {
  const sweep = async (session: Transactional) => {
    const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS);
    const logs = {
      image_access_log: await deleteInBatches(session, 'image_access_log', 'created_at < $1', [
        daysAgo(kept.accessLog),
      ]),
      ocr_error_logs: await deleteInBatches(session, 'ocr_error_logs', 'created_at < $1', [daysAgo(kept.errorLog)]),
      audit_log: await deleteInBatches(session, 'audit_log', 'at < $1', [daysAgo(kept.auditLog)]),
    };
    if (kept.results === 0) return { partitions: [], rows: logs };
    const results = await sweepResults(session, startOfMonth(daysAgo(kept.results)));
    return { partitions: results.partitions, rows: { ...logs, ...results.rows } };
  };
  return await alone(db, { name: 'edge-ocr.sweep-old-rows' }, sweep, STATEMENT_TIMEOUT_MS);
}

/** Everything that speaks of results goes at the same border as they do, or it would say what they no longer may. */
async function sweepResults(session: Transactional, keptSince: Date): Promise<SweptRows> {
  const before = [keptSince];
  const rows = {
    ocr_corrections: await deleteInBatches(session, 'ocr_corrections', 'uuid_v7_time(result_id) < $1', before),
    // One that was read anew has a later result.
    receipts: await deleteInBatches(session, 'receipts', 'greatest(created_at, updated_at) < $1', before),
    // Of months that never had a partition.
    ocr_processing_jobs_default: await deleteInBatches(
      session,
      'ocr_processing_jobs_default',
      'created_at < $1',
      before,
    ),
  };
  return { partitions: await dropPartitionsBefore(session, keptSince), rows };
}

/** In UTC. */
function startOfMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()));
}
