import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Span, Tracing } from './tracer.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of routes that only the edge may call. */
    span?: Span;
  }
}

/** A span a request, which continues the edge's trace; of the routes registered on this instance, once they are let in. */
export function traceRequests(app: FastifyInstance, tracing: Tracing): void {
  app.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const span = tracing.start(`${request.method} ${route}`, {
      kind: 'server',
      parent: headerOf(request),
      attributes: {
        'http.request.method': request.method,
        'http.route': route,
        'ocr.request_id': request.id,
        ...(request.claims && { 'ocr.shop_id': request.claims.shop_id }),
        ...(request.claims?.job_id && { 'ocr.job_id': request.claims.job_id }),
      },
    });
    request.span = span;
    // Also of an answer that nobody waited for, which onResponse does not hear of.
    reply.raw.once('close', () => {
      span.set({ 'http.response.status_code': reply.raw.statusCode });
      span.end();
    });
  });
}

function headerOf({ headers }: FastifyRequest): string | undefined {
  const sent = headers[HEADER.traceparent];
  return typeof sent === 'string' ? sent : undefined;
}
