import type { Correction, Field, OcrResult } from '@edge-ocr/shared/contract/result';

/** Below it a value is marked unsure: the API's own threshold for review, unless a request sets another. */
export const UNSURE_BELOW = 0.8;

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

export interface FieldStatus {
  readonly tone: Tone;
  readonly text: string;
  /** Whether a person should look at it. */
  readonly open: boolean;
}

/** What is known of a field's truth, said in a few words. */
export function fieldStatus(field: Field | undefined, correction: Correction | undefined): FieldStatus {
  if (correction) return { tone: 'good', text: correctedAs(field, correction), open: false };
  if (!field) return { tone: 'plain', text: 'not found', open: false };
  const sure = percent(field.confidence);
  if (field.check === 'failed') return { tone: 'bad', text: `does not add up, ${sure}`, open: true };
  if (field.confidence < UNSURE_BELOW) return { tone: 'warn', text: `unsure, ${sure}`, open: true };
  if (field.mended) return { tone: 'plain', text: `put right, ${sure}`, open: false };
  if (field.check === 'passed') return { tone: 'good', text: `checked, ${sure}`, open: false };
  return { tone: 'plain', text: sure, open: false };
}

/** The names of the fields that wait for a person's word. */
export function openFields({ fields, corrections = {} }: OcrResult): string[] {
  return Object.keys(fields).filter((name) => fieldStatus(fields[name], corrections[name]).open);
}

/** `needs_review` stays that of the reading; once a person has settled what was unsure, nothing is left to ask. */
export function isSettled(result: OcrResult): boolean {
  return result.corrections !== undefined && openFields(result).length === 0;
}

export function percent(confidence: number): string {
  return `${Math.round(confidence * 100)} %`;
}

function correctedAs(field: Field | undefined, { value }: Correction): string {
  if (value === null) return 'not on the image, you said';
  return field?.value === value ? 'confirmed by you' : 'corrected by you';
}
