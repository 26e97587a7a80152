/** What people say the fields of results are, and how right the models were by that. */
import type { Principal } from '@edge-ocr/shared/access';
import { type Corrections, checkCorrections } from '@edge-ocr/shared/contract/corrections';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { sameValue } from '../corrections/same-value.ts';
import { countPredictions, type PredictionCounts } from './accuracy.ts';
import type { Queryable, Transactional } from './database.ts';
import { isJobId, timeOfJobId } from './job-id.ts';
import { findResult } from './results.ts';
import { storableText } from './stored-json.ts';

export interface CorrectionRequest {
  readonly principal: Pick<Principal, 'shopId' | 'userId'>;
  readonly resultId: string;
  readonly fields: Corrections;
}

/**
 * Keep corrections and confirmations of a result's fields and count them for the models, all or nothing. The latest of
 * a field wins; saying again what was said last changes nothing.
 * @returns the result as corrected; null when the shop has no such result.
 * @throws OcrError INVALID_REQUEST when a field is not of the result's type, or a value not of the field's;
 *   DatabaseAwayError.
 */
export async function correctResult(db: Transactional, request: CorrectionRequest): Promise<OcrResult | null> {
  const { principal, resultId } = request;
  if (!isJobId(resultId)) return null;
  return await db.transaction(async (transaction) => {
    const result = await lockResult(transaction, principal.shopId, resultId);
    if (!result) return null;
    const fields = checkCorrections(result.type, storable(request.fields));
    const current = await currentCorrections(transaction, request);
    const changes = changesBy(fields, result, current);
    if (changes.length > 0) {
      await countPredictions(transaction, countsOf(changes, result, current.size === 0));
      await transaction.query(SUPERSEDE, [principal.shopId, resultId, changes.map(({ field }) => field)]);
      await transaction.query(INSERT, insertValues(changes, result, request));
    }
    return await findResult(transaction, principal.shopId, resultId);
  });
}

/** Two corrections of one result come one after the other; those of others do not wait. */
const LOCK_RESULT = {
  name: 'lock-result',
  text: `SELECT result FROM ocr_processing_jobs
         WHERE id = $1 AND created_at = $2 AND shop_id = $3 AND status = 'completed' FOR UPDATE`,
};

async function lockResult(db: Queryable, shopId: string, id: string): Promise<OcrResult | null> {
  const { rows } = await db.query<{ result: OcrResult }>(LOCK_RESULT, [id, timeOfJobId(id), shopId]);
  return rows[0]?.result ?? null;
}

interface Said {
  readonly value: string | number | null;
  readonly isCorrect: boolean;
}

async function currentCorrections(db: Queryable, request: CorrectionRequest): Promise<Map<string, Said>> {
  const { rows } = await db.query<{ field: string; said: { value: Said['value'] }; is_correct: boolean }>(
    // Inside an object, because the driver gives a JSON null and an SQL NULL alike.
    `SELECT field, jsonb_build_object('value', corrected_value) AS said, is_correct FROM ocr_corrections
     WHERE shop_id = $1 AND result_id = $2 AND superseded_at IS NULL`,
    [request.principal.shopId, request.resultId],
  );
  return new Map(
    rows.map(({ field, said, is_correct }) => [field, { value: said.value, isCorrect: is_correct }] as const),
  );
}

interface Change extends Said {
  readonly field: string;
  readonly readValue: string | number | null;
  readonly readConfidence: number | null;
  readonly before: Said | undefined;
}

function changesBy(fields: Corrections, result: OcrResult, current: ReadonlyMap<string, Said>): Change[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const before = current.get(field);
    if (before && before.value === value) return [];
    const read = Object.hasOwn(result.fields, field) ? result.fields[field] : undefined;
    const readValue = read?.value ?? null;
    const isCorrect = sameValue(readValue, value);
    return [{ field, value, isCorrect, readValue, readConfidence: read?.confidence ?? null, before }];
  });
}

function countsOf(changes: readonly Change[], result: OcrResult, isFirstReview: boolean): PredictionCounts {
  return {
    modelName: result.model_used,
    modelVersion: result.model_version,
    readAt: timeOfJobId(result.id),
    reviewedResults: isFirstReview ? 1 : 0,
    processingTimeMs: isFirstReview ? Math.round(result.processing_time_ms) : 0,
    fields: changes.map(({ field, isCorrect, before }) => ({
      field,
      predictions: before ? 0 : 1,
      correct: Number(isCorrect) - Number(before?.isCorrect ?? false),
    })),
  };
}

const SUPERSEDE = {
  name: 'supersede-corrections',
  text: `UPDATE ocr_corrections SET superseded_at = now()
         WHERE shop_id = $1 AND result_id = $2 AND field = ANY ($3) AND superseded_at IS NULL`,
};

const INSERT = {
  name: 'insert-corrections',
  text: `INSERT INTO ocr_corrections (
           result_id, shop_id, user_id, ocr_type, model_name, model_version,
           field, read_value, corrected_value, is_correct, read_confidence
         )
         SELECT $1, $2, $3, $4, $5, $6, c ->> 'field', c -> 'read', c -> 'said', (c ->> 'is_correct')::boolean,
                (c ->> 'confidence')::numeric
         FROM jsonb_array_elements($7::jsonb) AS c`,
};

function insertValues(changes: readonly Change[], result: OcrResult, { principal }: CorrectionRequest): unknown[] {
  const rows = changes.map(({ field, readValue, value, isCorrect, readConfidence }) => ({
    field,
    read: readValue,
    said: value,
    is_correct: isCorrect,
    confidence: readConfidence,
  }));
  const { id, type, model_used, model_version } = result;
  return [id, principal.shopId, principal.userId, type, model_used, model_version, JSON.stringify(rows)];
}

function storable(fields: Corrections): Corrections {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? storableText(value) : value]),
  );
}
