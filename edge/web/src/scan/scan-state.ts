import { ApiError, type JobProgress } from '@edge-ocr/shared/client/ocr-client';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { isSettled } from '../result/field-status.ts';

/** How far a file is. */
export type ScanState =
  | { readonly step: 'waiting' }
  | { readonly step: 'sending'; readonly loaded: number; readonly total: number }
  | { readonly step: 'queued'; readonly ahead: number }
  | { readonly step: 'reading'; readonly percent: number; readonly doing: string }
  /** On this device, until there is a connection. */
  | { readonly step: 'kept'; readonly queueId: string }
  | { readonly step: 'done'; readonly result: OcrResult }
  | { readonly step: 'failed'; readonly message: string; readonly suggestion: string; readonly retryable: boolean };

/** The steps of a node, as a person would put them. */
const STEPS: Readonly<Record<string, string>> = {
  inspect: 'Looking at the file',
  decode: 'Opening the image',
  text_layer: 'Looking for its own text',
  enhance: 'Straightening',
  detect: 'Finding text',
  recognise: 'Reading text',
  barcodes: 'Looking for codes',
  extract: 'Finding fields',
  persist: 'Saving',
};

/** What a job's progress means for its file; undefined: nothing new, as its end comes with the result. */
export function stateOf({ status, progress, step, queuePosition }: JobProgress): ScanState | undefined {
  if (status === 'queued') return { step: 'queued', ahead: queuePosition ?? 0 };
  if (status !== 'processing') return undefined;
  return { step: 'reading', percent: progress, doing: (step !== undefined && STEPS[step]) || 'Reading' };
}

/** In a few words, for the card and for screen readers. */
export function wordsFor(state: ScanState): string {
  if (state.step === 'waiting') return 'Waiting';
  if (state.step === 'sending') return sending(state.loaded, state.total);
  if (state.step === 'queued') return state.ahead > 0 ? `In the queue, ${state.ahead} ahead` : 'In the queue';
  if (state.step === 'reading') return state.doing;
  if (state.step === 'kept') return 'Kept on this device until you are online';
  if (state.step === 'failed') return state.message;
  if (isSettled(state.result)) return 'Read, and settled by you';
  return state.result.needs_review ? 'Read, please check' : 'Read';
}

/** Whether a person should look at what was read. */
export function asksForReview(result: OcrResult): boolean {
  return result.needs_review && !isSettled(result);
}

/** Sending is the first half of the way, reading the second. */
export function shareDone(state: ScanState): number {
  if (state.step === 'sending') return state.total > 0 ? (0.5 * state.loaded) / state.total : 0;
  if (state.step === 'queued') return 0.5;
  if (state.step === 'reading') return 0.5 + state.percent / 200;
  return state.step === 'done' ? 1 : 0;
}

export function failureOf(error: unknown): ScanState {
  const { message } = error as Error;
  if (!(error instanceof ApiError)) return { step: 'failed', message, suggestion: 'Try again.', retryable: true };
  const { suggestion, retryable } = error.details;
  return { step: 'failed', message, suggestion, retryable };
}

function sending(loaded: number, total: number): string {
  return loaded < total ? `Sending, ${kilobytes(loaded)} of ${kilobytes(total)} KB` : 'Sent';
}

function kilobytes(bytes: number): string {
  return Math.round(bytes / 1024).toLocaleString();
}
