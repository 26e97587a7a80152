/** Results and failures of OCR, kept by shop. Every read and write names its shop in SQL. */
import type { Principal } from '@edge-ocr/shared/access';
import { canonicalOptions, type OcrOptions } from '@edge-ocr/shared/contract/options';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { OcrError } from '@edge-ocr/shared/errors';
import { sniffImageFormat } from '@edge-ocr/shared/image-format';
import type { Appearance } from '../duplicates/appearance.ts';
import { factsHash } from '../duplicates/facts.ts';
import { maskStack, maskText } from '../log/mask-text.ts';
import type { Queryable } from './database.ts';
import { type DuplicateLimits, findLookalike } from './duplicates.ts';
import { isJobId, newJobId, timeOfJobId } from './job-id.ts';
import { completedEvent, failedEvent, inventoryEvent } from './ocr-events.ts';
import { SAVE_FAILURE, SAVE_RESULT } from './save-statements.ts';
import { storableJson, storableText } from './stored-json.ts';
import { asRead, CORRECTIONS_OF_JOB, correctedResult, type StoredRow } from './stored-result.ts';

export { searchResults } from './search-results.ts';

/** What is known of a job whatever becomes of it. */
export interface JobContext {
  readonly principal: Pick<Principal, 'userId' | 'shopId'>;
  readonly requestId: string;
  /** W3C trace context; travels with the event. */
  readonly traceparent?: string | undefined;
  readonly options: OcrOptions;
  /** Where the original lies in the image store. Default: the key under which the edge puts it. */
  readonly imageUrl?: string;
  /** From the id's time until the work began. Default 0. */
  readonly queueWaitMs?: number;
  readonly jobType?: 'single' | 'batch' | 'async' | 'receipt';
}

export interface ResultToSave extends JobContext {
  readonly result: OcrResult;
  /** Lets the same photo in other bytes be found. Without it only the same bytes are. */
  readonly lookalikes?: { readonly appearance: Appearance; readonly limits: DuplicateLimits };
}

export interface ImageFacts {
  /** In hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly format: string | null;
}

export interface FailureToSave extends JobContext {
  /** UUIDv7, see newJobId; a new one by default. */
  readonly id?: string;
  readonly error: OcrError;
  /** The image as it was sent, which is described, not stored; or that description, of one that is not at hand. */
  readonly bytes: Uint8Array | ImageFacts;
  /** Stage of the pipeline that failed. */
  readonly step?: string;
  readonly modelUsed?: string;
  readonly userAgent?: string;
  readonly ipAddress?: string;
}

/**
 * Store a result and its event `ocr.completed`, and of an invoice with lines `inventory.bulk_update`, in one transaction and one round trip, after another that looks for the
 * same photo in other bytes. Saving the same id again changes nothing and writes no second event.
 * @returns the result as stored: `cache` is miss, `duplicate_of` names the shop's first result for the same bytes, or
 *   else for what looks the same. Of two that are saved at the same moment neither may know of the other.
 * @throws DatabaseAwayError
 */
export async function saveResult(db: Queryable, job: ResultToSave): Promise<OcrResult> {
  const { result, principal } = job;
  const answer = storableJson({ ...result, cache: 'miss' });
  const { appearance, limits } = job.lookalikes ?? {};
  const lookalike =
    appearance && limits ? await findLookalike(db, principal.shopId, { result, appearance }, limits) : null;
  const inventory = inventoryEvent(result, principal.shopId);
  const { rows } = await db.query<Pick<OcrResult, 'duplicate_of' | 'duplicate_match'>>(SAVE_RESULT, [
    ...contextValues(result.id, result.image.sha256, job),
    answer,
    JSON.stringify(completedEvent(result.id, principal.shopId)),
    headers(job),
    lookalike,
    appearance?.page?.toString() ?? null,
    appearance?.text?.toString() ?? null,
    appearance ? factsHash(result) : null,
    inventory && storableJson(inventory),
  ]);
  const [saved] = rows;
  if (saved) return { ...(JSON.parse(answer) as OcrResult), ...saved };
  const stored = await findStored(db, principal.shopId, result.id);
  if (!stored) throw new Error(`Result id ${result.id} is taken by another shop or was cancelled`);
  return asRead(stored.result);
}

/**
 * Store a failed job, its entry in the error log and its event `ocr.failed` in one transaction. A job that is
 * completed or failed already stays as it is.
 * @returns whether anything was written.
 * @throws DatabaseAwayError
 */
export async function saveFailure(db: Queryable, failure: FailureToSave): Promise<boolean> {
  const { id = newJobId(), error, bytes, principal } = failure;
  const cause = error.cause instanceof Error ? error.cause : error;
  const image = bytes instanceof Uint8Array ? await factsOf(bytes) : bytes;
  const { rowCount } = await db.query(SAVE_FAILURE, [
    ...contextValues(id, image.sha256, failure),
    image.sizeBytes,
    image.format,
    error.code,
    storableText(maskText(error.message)),
    failure.modelUsed ?? null,
    cause.name.slice(0, 50),
    storableText(maskStack(cause)),
    failure.step ?? null,
    failure.userAgent === undefined ? null : storableText(failure.userAgent),
    failure.ipAddress ?? null,
    storableJson(failedEvent(id, principal.shopId, error)),
    headers(failure),
    storableJson(error.toEnvelope(failure.requestId).error),
  ]);
  return rowCount > 0;
}

/** $1 to $14 of both statements. */
function contextValues(id: string, sha256: string, job: JobContext): unknown[] {
  if (!isJobId(id)) throw new Error(`${id} is not a UUIDv7, so its row could not be found again`);
  const { principal, options } = job;
  return [
    id,
    principal.shopId,
    principal.userId,
    job.requestId,
    timeOfJobId(id),
    job.jobType ?? 'single',
    job.imageUrl ?? `shop/${principal.shopId}/${sha256}`,
    Math.max(0, Math.round(job.queueWaitMs ?? 0)),
    sha256,
    options.confidence_threshold,
    options.extract_barcodes,
    [...new Set(options.language.split(','))].join(','),
    canonicalOptions(options),
    options.type,
  ];
}

async function factsOf(bytes: Uint8Array): Promise<ImageFacts> {
  return { sha256: await sha256Hex(bytes), sizeBytes: bytes.byteLength, format: sniffImageFormat(bytes) };
}

/** Hashed off the event loop: a large image would block it for milliseconds. */
async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // Web Crypto refuses shared memory, which no upload is in.
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex');
}

function headers(job: JobContext): string {
  return JSON.stringify({ request_id: job.requestId, ...(job.traceparent && { traceparent: job.traceparent }) });
}

const FIND_RESULT = {
  name: 'find-result',
  text: `SELECT result, ${CORRECTIONS_OF_JOB} AS corrections FROM ocr_processing_jobs j
         WHERE id = $1 AND created_at = $2 AND shop_id = $3 AND status = 'completed'`,
};

/**
 * A result with what people corrected since.
 * @returns null when the shop has no such result, also when another shop has.
 */
export async function findResult(db: Queryable, shopId: string, id: string): Promise<OcrResult | null> {
  const row = await findStored(db, shopId, id);
  return row && correctedResult(row);
}

async function findStored(db: Queryable, shopId: string, id: string): Promise<StoredRow | null> {
  if (!isJobId(id)) return null;
  const { rows } = await db.query<StoredRow>(FIND_RESULT, [id, timeOfJobId(id), shopId]);
  return rows[0] ?? null;
}

const FIND_BY_HASH = {
  name: 'find-by-hash',
  text: `SELECT result FROM ocr_processing_jobs
         WHERE shop_id = $1 AND sha256 = $2 AND status = 'completed' AND options = $3 AND model_version = $4
         ORDER BY created_at DESC, id DESC LIMIT 1`,
};

/**
 * The shop's latest result for these bytes that a reading now would repeat: same options, same models. It is what was
 * read, without corrections, as the caches have it (decision 022).
 * @returns null when there is none.
 */
export async function findByHash(
  db: Queryable,
  shopId: string,
  { sha256, options, modelVersion }: { sha256: string; options: OcrOptions; modelVersion: string },
): Promise<OcrResult | null> {
  const values = [shopId, sha256, canonicalOptions(options), modelVersion];
  const { rows } = await db.query<{ result: OcrResult }>(FIND_BY_HASH, values);
  return rows[0] ? asRead(rows[0].result) : null;
}
