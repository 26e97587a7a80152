import type { Correction, OcrResult, Structured } from '@edge-ocr/shared/contract/result';

export type Corrected = Readonly<Record<string, Correction>>;

/**
 * A result as people see it: their values in `structured`, and what was read, with its confidence and place, still in
 * `fields`. All else is the reading's.
 */
export function applyCorrections(result: OcrResult, corrections: Corrected): OcrResult {
  if (Object.keys(corrections).length === 0) return result;
  const structured: Record<string, unknown> = { ...result.structured };
  for (const [field, { value }] of Object.entries(corrections)) {
    if (value === null) delete structured[field];
    else structured[field] = value;
  }
  return { ...result, structured: structured as Structured, corrections: { ...corrections } };
}
