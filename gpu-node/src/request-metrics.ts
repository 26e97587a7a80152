import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

const BUCKETS_SECONDS = [0.005, 0.01, 0.03, 0.059, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 12, 30];

/** Times of all requests, from headers to the answer sent. Labels are bounded: a route's pattern, and classes of statuses. */
export function countRequests(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'ocr_http_request_seconds',
    help: 'Time from the headers of a request to its answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    duration.observe(
      { method: request.routeOptions.url ? request.method : 'any', route, status },
      reply.elapsedTime / 1000,
    );
  });
}
