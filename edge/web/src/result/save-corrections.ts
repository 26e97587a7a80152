import { ApiError } from '@edge-ocr/shared/client/ocr-client';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { useSignal } from '@preact/signals';
import { client } from '../session/session.ts';
import type { FieldValue } from './field-values.ts';

/** Keeps what a person says of fields. */
export interface Saving {
  readonly busy: boolean;
  /** What went wrong with the last try, and what to do; null: nothing. */
  readonly problem: string | null;
  /** Whether it was kept. */
  readonly save: (fields: Readonly<Record<string, FieldValue>>) => Promise<boolean>;
}

export function useSaving(result: OcrResult, onResult: (result: OcrResult) => void): Saving {
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);
  const save = async (fields: Readonly<Record<string, FieldValue>>) => {
    if (busy.value || client.value === null) return false;
    busy.value = true;
    try {
      onResult(await client.value.correct(result.id, fields));
      problem.value = null;
      return true;
    } catch (error) {
      problem.value = said(error);
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { busy: busy.value, problem: problem.value, save };
}

function said(error: unknown): string {
  if (error instanceof ApiError) return `${error.message}. ${error.details.suggestion}`;
  return 'The server could not be reached, so nothing was saved. Try again when you are connected.';
}
