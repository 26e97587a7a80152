import type { Field, Line } from '@edge-ocr/shared/contract/result';
import { polygonAround } from './layout.ts';

/** A value with the lines it was read from; no lines when it came from a barcode. */
export interface Found<T extends string | number = string> {
  value: T;
  confidence: number;
  lines: readonly number[];
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
    fields[name] = toField(item, lines);
  }
  return { values, fields };
}

function toField({ value, confidence, lines: origin }: Found<string | number>, lines: readonly Line[]): Field {
  const first = origin[0];
  const rounded = Math.round(Math.min(1, Math.max(0, confidence)) * 1e4) / 1e4;
  if (first === undefined) return { value, confidence: rounded, line: null, polygon: null };
  const samePage = origin.filter((index) => lines[index]!.page === lines[first]!.page);
  return { value, confidence: rounded, line: first, polygon: polygonAround(lines, samePage) };
}
