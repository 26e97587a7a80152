import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { applyCorrections } from '../corrections/apply-corrections.ts';

/** SQL for the corrections that count of the job `j`, one object by field; null without any. */
export const CORRECTIONS_OF_JOB = `
  (SELECT jsonb_object_agg(c.field, jsonb_build_object('value', c.corrected_value, 'corrected_at', c.created_at))
   FROM ocr_corrections c WHERE c.shop_id = j.shop_id AND c.result_id = j.id AND c.superseded_at IS NULL)`;

export interface StoredRow {
  readonly result: OcrResult;
  readonly corrections: Readonly<Record<string, { value: string | number | null; corrected_at: string }>> | null;
}

/** A stored result with what people said of it since. */
export function correctedResult({ result, corrections }: StoredRow): OcrResult {
  const said = Object.entries(corrections ?? {}).map(([field, { value, corrected_at }]) => [
    field,
    // As the contract writes times: PostgreSQL has an offset in the place of the Z.
    { value, corrected_at: new Date(corrected_at).toISOString() },
  ]);
  return applyCorrections(asRead(result), Object.fromEntries(said));
}

/** A stored result as it was read. Of an older version's the contract's newer values are filled in. */
export function asRead(result: OcrResult): OcrResult {
  if (result.duplicate_match !== undefined) return result;
  return { ...result, duplicate_match: result.duplicate_of === null ? null : 'bytes' };
}
