import { parseIdempotencyKey } from '@edge-ocr/shared/idempotency';
import { HEADER } from '@edge-ocr/shared/internal';
import type { Context } from 'hono';
import type { AppEnv } from '../env.ts';
import type { Vouching } from '../nodes/forward.ts';

/** What the edge vouches with for the client of this request. @throws OcrError INVALID_REQUEST for a bad Idempotency-Key. */
export function vouchingOf(c: Context<AppEnv>): Vouching {
  return {
    config: c.get('config'),
    principal: c.get('principal'),
    requestId: c.get('requestId'),
    traceparent: c.get('traceparent'),
    deadline: c.get('deadline'),
    answerHeaders: c.get('answerHeaders'),
    ...(c.req.method === 'POST' && { idempotencyKey: parseIdempotencyKey(c.req.header(HEADER.idempotencyKey)) }),
  };
}
