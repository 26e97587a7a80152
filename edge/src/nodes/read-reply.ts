import { errorEnvelopeSchema } from '@edge-ocr/shared/contract/envelope';
import { type ErrorCode, OcrError } from '@edge-ocr/shared/errors';
import { parseJson } from '@edge-ocr/shared/parse-json';
import { z } from 'zod';
import type { NodeReply } from './call-node.ts';

const successSchema = z.looseObject({ success: z.literal(true), data: z.record(z.string(), z.unknown()) });
/** A node that refuses the edge's own token is set up wrongly; the client's token is fine. */
const OUR_FAULT: readonly ErrorCode[] = ['UNAUTHORIZED', 'FORBIDDEN'];
const RETRY_AFTER_MAX_SECONDS = 86_400;

/** What the node gave, parsed: its `data`, or its error. */
export type NodeOutcome = { readonly data: Record<string, unknown> } | { readonly error: OcrError };

/** Only what the contract knows passes; anything else that a node or something before it says is NETWORK_ERROR. */
export function readReply(reply: NodeReply): NodeOutcome {
  const json = parseJson(reply.text);
  const success = successSchema.safeParse(json);
  if (success.success && reply.status >= 200 && reply.status < 300) return { data: success.data.data };
  const failure = errorEnvelopeSchema.safeParse(json);
  if (failure.success && reply.status >= 400)
    return { error: nodeError(failure.data.error, reply.headers.get('retry-after')) };
  const cause = new Error(`The node answered ${reply.status} without an envelope of the contract`);
  return { error: new OcrError('NETWORK_ERROR', { message: 'The OCR node gave no usable answer', cause }) };
}

/** The `data` of a reply. @throws OcrError as the node gave it. */
export function dataOf(reply: NodeReply): Record<string, unknown> {
  const outcome = readReply(reply);
  if ('error' in outcome) throw outcome.error;
  return outcome.data;
}

type ErrorBody = z.infer<typeof errorEnvelopeSchema>['error'];

/** A failure as a node told it: of the request, or of a part of it. @param retryAfter its header of that name. */
export function nodeError({ code, message, details }: ErrorBody, retryAfter: string | null = null): OcrError {
  if (OUR_FAULT.includes(code)) {
    return new OcrError('INTERNAL', { cause: new Error(`The node refused the edge: ${code}: ${message}`) });
  }
  const { suggestion, retryable: _, request_id: __, ...facts } = details;
  const retryAfterSeconds = Number(retryAfter ?? Number.NaN);
  const usable = retryAfterSeconds >= 0 && retryAfterSeconds <= RETRY_AFTER_MAX_SECONDS;
  return new OcrError(code, { message, suggestion, details: facts, ...(usable && { retryAfterSeconds }) });
}
