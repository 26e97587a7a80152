import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/** What probes and scrapers ask for every few seconds; said at debug alone. */
const FREQUENT = ['/live', '/ready', '/metrics'];

/** One line a request, when it is answered and it is known whose it was, in the place of Fastify's two. */
export class RequestLines extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(err: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const { url: route } = request.routeOptions;
    const level = err ? 'error' : FREQUENT.includes(route ?? '') ? 'debug' : 'info';
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    const facts = { req: request, route, status: reply.statusCode, ms, ...(err && { err }) };
    reply.log[level](facts, 'request answered');
  }
}
