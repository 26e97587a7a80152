import { randomUUID } from 'node:crypto';
import { HEADER } from '@edge-ocr/shared/internal';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Admission } from './admission.ts';
import { requireInternalToken } from './auth/internal-token.ts';
import type { Config } from './config.ts';
import type { Engine } from './inference/engine.ts';
import type { NodeMetrics } from './metrics.ts';
import type { Database } from './persist/database.ts';
import { renderError, renderNotFound } from './render-error.ts';
import { registerImageAccess } from './routes/image-access.ts';
import { registerOperations } from './routes/operations.ts';
import { registerProcess } from './routes/process.ts';
import { traceIdOf } from './routes/request-trace.ts';
import { registerResults } from './routes/results.ts';
import type { AnswerSharing } from './share-answers.ts';

export interface NodeDependencies {
  readonly config: Config;
  readonly database: Database;
  readonly engine: Engine;
  readonly metrics: NodeMetrics;
  readonly admission: Admission;
  readonly sharing: AnswerSharing;
}

/** Bodies that arrive more slowly than this are cut off: a slow sender must not hold a place. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Wire the node's HTTP server; nothing listens yet. */
export function createApp(dependencies: NodeDependencies, logger: FastifyBaseLogger): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    bodyLimit: dependencies.config.MAX_IMAGE_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers[HEADER.requestId]),
    childLoggerFactory: (parent, bindings, options, request) =>
      parent.child({ ...bindings, trace_id: traceIdOf(request.headers) }, options),
    // Addresses that the router cannot read never reach setErrorHandler.
    frameworkErrors: renderError,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header(HEADER.requestId, request.id);
    if (!dependencies.admission.isOpen) reply.header(HEADER.draining, 'true');
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));

  registerOperations(app, dependencies);
  app.register(async (scope) => {
    requireInternalToken(scope, dependencies.config.INTERNAL_SECRET);
    registerProcess(scope, dependencies);
    registerResults(scope, dependencies);
    registerImageAccess(scope, dependencies);
  });

  app.setErrorHandler(renderError);
  app.setNotFoundHandler(renderNotFound);
  return app;
}

function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.-]{8,100}$/.test(header) ? header : randomUUID();
}
