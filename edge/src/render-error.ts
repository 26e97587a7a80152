import { OcrError } from '@edge-ocr/shared/errors';
import type { Context } from 'hono';
import type { AppEnv } from './env.ts';
import { causeOf, log } from './log.ts';

/** The one place where an error becomes an answer. What the client may not see goes to the log. */
export function renderError(thrown: unknown, c: Context<AppEnv>): Response {
  const error = OcrError.from(thrown);
  const requestId = c.get('requestId');
  c.set('errorCode', error.code);
  logError(error, c, requestId);
  const headers = new Headers({ 'Cache-Control': 'private, no-store', 'Content-Type': 'application/json' });
  if (error.retryAfterSeconds !== undefined) headers.set('Retry-After', String(Math.ceil(error.retryAfterSeconds)));
  return new Response(JSON.stringify(error.toEnvelope(requestId)), { status: error.status, headers });
}

function logError(error: OcrError, c: Context<AppEnv>, requestId: string): void {
  log(error.status >= 500 ? 'error' : 'info', 'request_failed', {
    request_id: requestId,
    shop_id: c.get('principal')?.shopId,
    trace_id: c.get('traceparent')?.split('-')[1],
    code: error.code,
    status: error.status,
    method: c.req.method,
    path: c.req.path,
    ...(error.cause !== undefined && causeOf(error.cause)),
  });
}
