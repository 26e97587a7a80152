import { type Answer, successEnvelopeText } from '@edge-ocr/shared/cache/answer';
import type { AnswerHeaders } from './security-headers.ts';

const HEADERS = { 'Content-Type': 'application/json', 'Cache-Control': 'private, no-store' };

/**
 * What a node said, as the client gets it, be it now or from a cache.
 * @throws OcrError when the answer is a failure.
 */
export function renderAnswer(answer: Answer, cache: 'hit' | 'miss', answerHeaders: AnswerHeaders): Response {
  answerHeaders.set('X-Cache', cache.toUpperCase());
  if (answer.kind === 'failure') throw answer.error;
  if (answer.kind === 'job')
    return new Response(`{"success":true,"data":${answer.json}}`, { status: 202, headers: HEADERS });
  return new Response(successEnvelopeText(answer.json, cache), { headers: HEADERS });
}
