import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { kindOf, PAYMENTS } from './field-names.ts';
import { fieldStatus } from './field-status.ts';
import { decimalsIn, type FieldValue, shown } from './field-values.ts';

/** Something a person may say of a field with one click. */
export interface Suggestion {
  readonly text: string;
  readonly value: FieldValue;
}

/**
 * Of a field that is in doubt: that it is right, that it is not on the image, or what it may be instead; of a corrected
 * one, what was read. Nothing of the others.
 */
export function suggestionsFor(result: OcrResult, name: string): Suggestion[] {
  const field = result.fields[name];
  const correction = result.corrections?.[name];
  if (!field) return [];
  const text = (value: FieldValue) => PAYMENTS[String(value)] ?? shown(value, kindOf(name), decimalsIn(result));
  const others = (field.alternatives ?? []).map((value) => ({ text: `It is ${text(value)}`, value }));
  if (correction) {
    return correction.value === field.value ? [] : [{ text: `It was ${text(field.value)}`, value: field.value }];
  }
  const { open } = fieldStatus(field, correction);
  if (!open && others.length === 0) return [];
  return [
    { text: 'It is right', value: field.value },
    ...others,
    ...(open ? [{ text: 'Not on the image', value: null }] : []),
  ];
}
