import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, OcrError } from '../errors.ts';
import { parseJson } from '../parse-json.ts';

/** What a node said about an image: its result, or why it has none. */
export type Answer =
  | {
      readonly kind: 'result';
      /** The result as JSON text, an object with `"cache":"miss"` in it; text, because a repeat only passes it on. */
      readonly json: string;
    }
  | { readonly kind: 'failure'; readonly error: OcrError }
  /** The pool was too busy to answer in time, and made a job of the image: no cache keeps that. */
  | { readonly kind: 'job'; readonly json: string };

/** An answer that a repeat would get too. */
export type RepeatableAnswer = Exclude<Answer, { kind: 'job' }>;

const MISS = '"cache":"miss"';
const HIT = '"cache":"hit"';

/** A node's result as an answer. */
export function resultAnswer(data: Readonly<Record<string, unknown>>): Answer {
  return { kind: 'result', json: JSON.stringify({ ...data, cache: 'miss' }) };
}

/**
 * The envelope of a result. `cache` is told apart in the text: within a JSON string its quotes would be escaped, so it
 * stands there as a key only.
 */
export function successEnvelopeText(json: string, cache: 'hit' | 'miss'): string {
  return `{"success":true,"data":${resultText(json, cache)}}`;
}

/** The result alone, as JSON text. */
export function resultText(json: string, cache: 'hit' | 'miss'): string {
  return cache === 'hit' ? json.replace(MISS, HIT) : json;
}

/** Failures that the same bytes meet again under the same options and models. */
const DETERMINISTIC: readonly ErrorCode[] = ['INVALID_IMAGE', 'LOW_QUALITY', 'IMAGE_TOO_LARGE'];

/** As `encodeEntry` begins the entry of a result; what follows is the result and two brackets. */
const RESULT_ENTRY = /^\{"expires_at":(\d{1,16}),"answer":\{"kind":"result","data":(?=\{)/;
const RESULT_END = '}}}';

const failureEntrySchema = z.object({
  /** Milliseconds since the epoch; caches behind each other must not add up their lifetimes. */
  expires_at: z.number(),
  answer: z.object({
    kind: z.literal('failure'),
    code: z.enum(ERROR_CODES),
    message: z.string(),
    suggestion: z.string(),
    details: z.record(z.string(), z.unknown()),
  }),
});

/** Whether a repeat would be answered the same way. */
export function isRepeatable(answer: Answer): answer is RepeatableAnswer {
  return answer.kind === 'result' || (answer.kind === 'failure' && DETERMINISTIC.includes(answer.error.code));
}

/** The answer as the caches keep it. @param expiresAt whole milliseconds since the epoch. */
export function encodeEntry(answer: RepeatableAnswer, expiresAt: number): string {
  if (answer.kind === 'result') return `{"expires_at":${expiresAt},"answer":{"kind":"result","data":${answer.json}}}`;
  const { code, message, suggestion, details } = answer.error;
  return JSON.stringify({ expires_at: expiresAt, answer: { kind: 'failure', code, message, suggestion, details } });
}

/** @returns null for what is not an entry of ours, or no longer valid. */
export function decodeEntry(text: string, now: number): { answer: Answer; expiresAt: number } | null {
  const decoded = decodeResult(text) ?? decodeFailure(text);
  return decoded && decoded.expiresAt > now ? decoded : null;
}

/** Without parsing the result: it is tens of kilobytes, and goes to the client as it is. */
function decodeResult(text: string): { answer: Answer; expiresAt: number } | null {
  const [head, expiresAt] = RESULT_ENTRY.exec(text) ?? [];
  if (!head || !text.endsWith(RESULT_END) || !text.includes(MISS)) return null;
  return { answer: { kind: 'result', json: text.slice(head.length, -2) }, expiresAt: Number(expiresAt) };
}

function decodeFailure(text: string): { answer: Answer; expiresAt: number } | null {
  const entry = failureEntrySchema.safeParse(parseJson(text));
  if (!entry.success) return null;
  const { code, message, suggestion, details } = entry.data.answer;
  const error = new OcrError(code, { message, suggestion, details });
  return { answer: { kind: 'failure', error }, expiresAt: entry.data.expires_at };
}
