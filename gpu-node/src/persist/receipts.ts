/** The receipts queue as it is stored. Every read and write names its shop in SQL. */
import type { Principal } from '@edge-ocr/shared/access';
import type {
  QueueStatus,
  Receipt,
  ReceiptStatus,
  ReceiptsPage,
  ReceiptsQuery,
} from '@edge-ocr/shared/contract/receipts';
import { type ErrorCode, OcrError } from '@edge-ocr/shared/errors';
import type { Queryable, Statement } from './database.ts';
import { isJobId, newJobId, timeOfJobId } from './job-id.ts';
import { cursorAfter, idOfCursor } from './search-results.ts';
import { storableJson } from './stored-json.ts';
import { CORRECTIONS_OF_JOB, correctedResult, type StoredRow } from './stored-result.ts';

export interface NewReceipt {
  readonly principal: Pick<Principal, 'shopId' | 'userId'>;
  /** Of the bytes as sent, in hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly format: string;
  /** Where the image lies in the ImageStore. */
  readonly imageKey: string;
  /** YYYY-MM-DD */
  readonly purchaseDate: string | null;
}

/** Why a receipt was not read, as it is stored. */
interface StoredError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly suggestion: string;
  readonly details: Record<string, unknown>;
}

interface ReceiptRow {
  readonly id: string;
  readonly ocr_status: ReceiptStatus;
  readonly purchase_date: string | null;
  readonly image_sha256: string;
  readonly job_id: string | null;
  readonly attempts: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly error: StoredError | null;
  readonly result: StoredRow['result'] | null;
  readonly corrections: StoredRow['corrections'];
}

const ADD_RECEIPT: Statement = {
  name: 'add-receipt',
  // A row that was not inserted has been updated, which leaves a mark: https://www.postgresql.org/docs/current/ddl-system-columns.html
  text: `
    INSERT INTO receipts AS r (
      id, created_at, updated_at, shop_id, user_id, image_sha256, image_url, image_size_bytes, image_format, purchase_date
    )
    VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (shop_id, image_sha256) DO UPDATE SET purchase_date = coalesce(r.purchase_date, EXCLUDED.purchase_date)
    RETURNING id, xmax = 0 AS created`,
};

/**
 * Put a receipt into the queue, pending. The same image again is the same receipt, which only learns a purchase date that it
 * did not have.
 * @throws DatabaseAwayError
 */
export async function addReceipt(db: Queryable, receipt: NewReceipt): Promise<{ id: string; created: boolean }> {
  const { principal, sha256, sizeBytes, format, imageKey, purchaseDate } = receipt;
  const id = newJobId();
  const { shopId, userId } = principal;
  const values = [id, timeOfJobId(id), shopId, userId, sha256, imageKey, sizeBytes, format, purchaseDate];
  const { rows } = await db.query<{ id: string; created: boolean }>(ADD_RECEIPT, values);
  return rows[0]!;
}

const SELECT_RECEIPT = `
  SELECT r.id, r.ocr_status, r.purchase_date, r.image_sha256, r.job_id, r.attempts, r.created_at, r.updated_at, r.error,
         j.result, ${CORRECTIONS_OF_JOB} AS corrections
  FROM receipts r
  LEFT JOIN ocr_processing_jobs j ON r.ocr_status = 'completed' AND j.id = r.job_id
    AND j.created_at = uuid_v7_time(r.job_id) AND j.shop_id = r.shop_id AND j.status = 'completed'`;

const FIND_RECEIPT: Statement = {
  name: 'find-receipt',
  text: `${SELECT_RECEIPT} WHERE r.shop_id = $1 AND r.id = $2`,
};

/**
 * One receipt, with its result or error.
 * @param requestId stands in the error's details.
 * @returns null when the shop has no such receipt, also when another shop has.
 */
export async function findReceipt(
  db: Queryable,
  shopId: string,
  id: string,
  requestId: string,
): Promise<Receipt | null> {
  const { rows } = await db.query<ReceiptRow>(FIND_RECEIPT, [shopId, id]);
  return rows[0] ? shown(rows[0], requestId) : null;
}

/**
 * The shop's receipts, newest first.
 * @throws OcrError INVALID_REQUEST when the cursor is not one of ours; DatabaseAwayError.
 */
export async function listReceipts(
  db: Queryable,
  shopId: string,
  { status, cursor, limit }: ReceiptsQuery,
  requestId: string,
): Promise<ReceiptsPage> {
  const after = cursor === undefined ? null : idOfCursor(cursor);
  // One row more than asked tells whether there is a next page.
  const { rows } = await db.query<ReceiptRow>(
    `${SELECT_RECEIPT} WHERE r.shop_id = $1
     ${status ? 'AND r.ocr_status = $5' : ''} ${after ? 'AND (r.created_at, r.id) < ($3, $4)' : 'AND $3::timestamptz IS NULL AND $4::uuid IS NULL'}
     ORDER BY r.created_at DESC, r.id DESC LIMIT $2`,
    [shopId, limit + 1, after && timeOfJobId(after), after, ...(status ? [status] : [])],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    receipts: page.map((row) => shown(row, requestId)),
    next_cursor: last && rows.length > limit ? cursorAfter(last.id) : null,
  };
}

function shown({ error, result, corrections, ...row }: ReceiptRow, requestId: string): Receipt {
  return {
    ...row,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    ...(result && { result: correctedResult({ result, corrections }) }),
    ...(error && row.ocr_status === 'failed' && { error: renderedError(error, requestId) }),
  };
}

function renderedError({ code, ...options }: StoredError, requestId: string): NonNullable<Receipt['error']> {
  return new OcrError(code, options).toEnvelope(requestId).error;
}

const COUNT_RECEIPTS: Statement = {
  name: 'count-receipts',
  text: 'SELECT ocr_status AS status, count(*)::integer AS count FROM receipts WHERE shop_id = $1 GROUP BY ocr_status',
};

/** How many receipts of the shop are in which state. @throws DatabaseAwayError */
export async function countReceipts(db: Queryable, shopId: string): Promise<QueueStatus> {
  const { rows } = await db.query<{ status: ReceiptStatus; count: number }>(COUNT_RECEIPTS, [shopId]);
  const counts = { pending: 0, processing: 0, completed: 0, failed: 0 };
  for (const { status, count } of rows) counts[status] = count;
  return { total_tracked: rows.reduce((sum, { count }) => sum + count, 0), ...counts };
}

/** A receipt as whoever queues it needs it. */
export interface QueueableReceipt {
  readonly id: string;
  readonly ocr_status: ReceiptStatus;
  readonly job_id: string | null;
  readonly image_sha256: string;
  readonly image_size_bytes: number;
  readonly image_format: string | null;
}

const QUEUEABLE = 'id, ocr_status, job_id, image_sha256, image_size_bytes, image_format';

/** One receipt, which nobody else can queue before the transaction ends. */
export async function lockReceipt(tx: Queryable, shopId: string, id: string): Promise<QueueableReceipt | null> {
  const { rows } = await tx.query<QueueableReceipt>(
    `SELECT ${QUEUEABLE} FROM receipts WHERE shop_id = $1 AND id = $2 FOR UPDATE`,
    [shopId, id],
  );
  return rows[0] ?? null;
}

/** Pending receipts that no job has yet, the oldest first; those that another node is about to queue are left to it. */
export async function lockUnqueued(tx: Queryable, shopId: string, limit: number): Promise<QueueableReceipt[]> {
  const { rows } = await tx.query<QueueableReceipt>(
    `SELECT ${QUEUEABLE} FROM receipts WHERE shop_id = $1 AND ocr_status = 'pending' AND job_id IS NULL
     ORDER BY created_at, id LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [shopId, limit],
  );
  return rows;
}

/** Notes which job reads which receipt: they are pending until it is begun. */
export async function markQueued(
  tx: Queryable,
  shopId: string,
  queued: readonly { readonly id: string; readonly jobId: string }[],
): Promise<void> {
  await tx.query(
    `UPDATE receipts r SET ocr_status = 'pending', job_id = q.job_id, attempts = r.attempts + 1, error = NULL, updated_at = now()
     FROM unnest($2::uuid[], $3::uuid[]) AS q (id, job_id) WHERE r.shop_id = $1 AND r.id = q.id`,
    [shopId, queued.map(({ id }) => id), queued.map(({ jobId }) => jobId)],
  );
}

/** A job, and the receipt that it reads. */
export interface ReceiptJob {
  readonly receiptId: string;
  readonly shopId: string;
  readonly jobId: string;
}

/** Receipts whose job has begun. One that has another job by now stays as it is, here and below. */
export async function markProcessing(tx: Queryable, jobs: readonly ReceiptJob[]): Promise<void> {
  await tx.query(
    `UPDATE receipts r SET ocr_status = 'processing', error = NULL, updated_at = now()
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS s (id, shop_id, job_id)
     WHERE r.id = s.id AND r.shop_id = s.shop_id AND r.job_id = s.job_id`,
    [jobs.map(({ receiptId }) => receiptId), jobs.map(({ shopId }) => shopId), jobs.map(({ jobId }) => jobId)],
  );
}

export async function markCompleted(tx: Queryable, { receiptId, shopId, jobId }: ReceiptJob): Promise<void> {
  await tx.query(
    `UPDATE receipts SET ocr_status = 'completed', error = NULL, updated_at = now()
     WHERE id = $1 AND shop_id = $2 AND job_id = $3`,
    [receiptId, shopId, jobId],
  );
}

export async function markFailed(tx: Queryable, job: ReceiptJob, error: OcrError): Promise<void> {
  const { code, message, suggestion, details } = error;
  await tx.query(
    `UPDATE receipts SET ocr_status = 'failed', error = $4, updated_at = now()
     WHERE id = $1 AND shop_id = $2 AND job_id = $3`,
    [job.receiptId, job.shopId, job.jobId, storableJson({ code, message, suggestion, details } satisfies StoredError)],
  );
}

/** As if it had not been queued: the next process-all takes it. */
export async function markUnqueued(tx: Queryable, { receiptId, shopId, jobId }: ReceiptJob): Promise<void> {
  await tx.query(
    `UPDATE receipts SET ocr_status = 'pending', job_id = NULL, error = NULL, updated_at = now()
     WHERE id = $1 AND shop_id = $2 AND job_id = $3`,
    [receiptId, shopId, jobId],
  );
}

/** Whether the text can be the id of a receipt. */
export function isReceiptId(text: string): boolean {
  return isJobId(text);
}
