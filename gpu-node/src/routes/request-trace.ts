import type { IncomingHttpHeaders } from 'node:http';
import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyRequest } from 'fastify';

/** What ties a stored result, its event and the logs to one request. */
export interface RequestTrace {
  readonly requestId: string;
  readonly traceparent?: string;
}

/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

export function isTraceparent(text: string): boolean {
  return TRACEPARENT.test(text);
}

/** What follows from the request continues its span here, or the edge's where nothing is traced. */
export function traceOf(request: FastifyRequest): RequestTrace {
  const own = request.span?.traceparent;
  if (own !== undefined) return { requestId: request.id, traceparent: own };
  const traceparent = request.headers[HEADER.traceparent];
  const isValid = typeof traceparent === 'string' && isTraceparent(traceparent);
  return { requestId: request.id, ...(isValid && { traceparent }) };
}

/** For the log lines of a request; undefined when it came without a usable trace. */
export function traceIdOf(headers: IncomingHttpHeaders): string | undefined {
  const sent = headers[HEADER.traceparent];
  return typeof sent === 'string' ? TRACEPARENT.exec(sent)?.[1] : undefined;
}
