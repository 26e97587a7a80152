import { HEADER } from '@edge-ocr/shared/internal';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './env.ts';
import { type AnswerHeaders, dressAnswer } from './security-headers.ts';
import { ServerTiming } from './server-timing.ts';
import { observeRequest } from './telemetry/observe-request.ts';

const SANE_REQUEST_ID = /^[\w.-]{8,100}$/;
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

/** Names the request and its trace, times it, and puts the headers gathered on the way onto whatever is answered. */
export const identifyRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  const requestId = requestIdOf(c.req.header(HEADER.requestId));
  const answerHeaders: AnswerHeaders = new Map([[HEADER.requestId, requestId]]);
  c.set('requestId', requestId);
  const sent = c.req.header(HEADER.traceparent);
  const parent = isTraceparent(sent) ? sent : undefined;
  c.set('parentTrace', parent);
  c.set('traceparent', continueTrace(parent));
  c.set('answerHeaders', answerHeaders);
  const timing = new ServerTiming();
  c.set('timing', timing);
  await next();
  answerHeaders.set('Server-Timing', timing.toString());
  dressAnswer(c.res.headers, answerHeaders);
  observeRequest(c);
};

/** The client's id if it is harmless in logs and headers, else a new one. */
export function requestIdOf(sent: string | undefined): string {
  return sent && SANE_REQUEST_ID.test(sent) ? sent : crypto.randomUUID();
}

/** W3C Trace Context, version 00. */
function isTraceparent(sent: string | undefined): sent is string {
  return TRACEPARENT.test(sent ?? '');
}

/** W3C Trace Context: the caller's trace with a span of our own, or a new trace. */
export function continueTrace(sent: string | undefined): string {
  const [, traceId, flags] = TRACEPARENT.exec(sent ?? '') ?? [];
  const random = crypto.getRandomValues(new Uint8Array(24)).toHex();
  return `00-${traceId ?? random.slice(16)}-${random.slice(0, 16)}-${flags ?? '01'}`;
}
