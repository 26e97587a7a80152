import type { Field, Line } from '@edge-ocr/shared/contract/result';
import { fieldConfidence } from './field-confidence.ts';
import { polygonAround } from './layout.ts';

/** A value with the lines it was read from; no lines when it came from a barcode. */
export interface Found<T extends string | number = string> {
  value: T;
  confidence: number;
  lines: readonly number[];
  /** Whether the value is not what was read: a letter taken for a digit, or a sum that settled it. */
  mended?: boolean;
  /** Whether check digits or sums bear the value out; left out where nothing can tell. */
  check?: 'passed' | 'failed';
  /** What the value may be as well. */
  alternatives?: readonly T[];
}

export type FoundFields = Record<string, Found<string | number> | undefined>;

/**
 * Scalar values for `structured`, and the same with their origin for `fields`. The origin is the first line of
 * the value, on whose page the polygon lies.
 */
export function publish(
  found: FoundFields,
  lines: readonly Line[],
): { values: Record<string, string | number>; fields: Record<string, Field> } {
  const values: Record<string, string | number> = {};
  const fields: Record<string, Field> = {};
  for (const [name, item] of Object.entries(found)) {
    if (!item) continue;
    values[name] = item.value;
    fields[name] = toField({ ...item, confidence: fieldConfidence(name, item.confidence) }, lines);
  }
  return { values, fields };
}

function toField(item: Found<string | number>, lines: readonly Line[]): Field {
  const { value, confidence, mended, check, alternatives = [] } = item;
  const origin = [...new Set(item.lines)].sort((a, b) => a - b);
  const first = item.lines[0];
  const samePage = origin.filter((index) => lines[index]!.page === lines[first!]!.page);
  return {
    value,
    confidence: Math.round(Math.min(1, Math.max(0, confidence)) * 1e4) / 1e4,
    line: first ?? null,
    lines: origin,
    polygon: first === undefined ? null : polygonAround(lines, samePage),
    ...(mended && { mended }),
    ...(check && { check }),
    ...(alternatives.length > 0 && { alternatives: [...alternatives] }),
  };
}
