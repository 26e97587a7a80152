import { ERROR_CODES, type ErrorCode, OcrError } from '@edge-ocr/shared/errors';
import { z } from 'zod';
import { parseJson } from '../parse-json.ts';

/** What a node said about an image: its result, or why it has none. */
export type Answer =
  | { readonly kind: 'result'; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failure'; readonly error: OcrError };

/** Failures that the same bytes meet again under the same options and models. */
const DETERMINISTIC: readonly ErrorCode[] = ['INVALID_IMAGE', 'LOW_QUALITY', 'IMAGE_TOO_LARGE'];

const entrySchema = z.object({
  /** Milliseconds since the epoch; caches behind each other must not add up their lifetimes. */
  expires_at: z.number(),
  answer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('result'), data: z.record(z.string(), z.unknown()) }),
    z.object({
      kind: z.literal('failure'),
      code: z.enum(ERROR_CODES),
      message: z.string(),
      suggestion: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  ]),
});

/** Whether a repeat would be answered the same way. */
export function isRepeatable(answer: Answer): boolean {
  return answer.kind === 'result' || DETERMINISTIC.includes(answer.error.code);
}

/** The answer as the caches keep it. */
export function encodeEntry(answer: Answer, expiresAt: number): string {
  if (answer.kind === 'result') return JSON.stringify({ expires_at: expiresAt, answer });
  const { code, message, suggestion, details } = answer.error;
  return JSON.stringify({ expires_at: expiresAt, answer: { kind: 'failure', code, message, suggestion, details } });
}

/** @returns null for what is not an entry of ours, or no longer valid. */
export function decodeEntry(text: string, now: number): { answer: Answer; expiresAt: number } | null {
  const entry = entrySchema.safeParse(parseJson(text));
  if (!entry.success || entry.data.expires_at <= now) return null;
  const { answer, expires_at: expiresAt } = entry.data;
  if (answer.kind === 'result') return { answer, expiresAt };
  const { code, ...options } = answer;
  return { answer: { kind: 'failure', error: new OcrError(code, options) }, expiresAt };
}
