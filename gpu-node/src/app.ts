import { randomUUID } from 'node:crypto';
import { HEADER } from '@edge-ocr/shared/internal';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Admission } from './admission.ts';
import { requireInternalToken } from './auth/internal-token.ts';
import type { Config } from './config.ts';
import type { EventHub } from './events/event-hub.ts';
import { handleIdempotencyKeys } from './idempotency/handle-keys.ts';
import type { ImageStore } from './images/image-store.ts';
import type { Engine } from './inference/engine.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import { RequestLines } from './log/request-lines.ts';
import type { NodeMetrics } from './metrics.ts';
import type { Database } from './persist/database.ts';
import type { KeyTimes } from './persist/idempotency-keys.ts';
import { renderError, renderNotFound } from './render-error.ts';
import { countRequests } from './request-metrics.ts';
import { registerBatch } from './routes/batch.ts';
import { registerEvents } from './routes/events.ts';
import { registerImageAccess } from './routes/image-access.ts';
import { registerJobs } from './routes/jobs.ts';
import { registerOperations } from './routes/operations.ts';
import { registerProcess } from './routes/process.ts';
import { registerReceipts } from './routes/receipts.ts';
import { traceIdOf } from './routes/request-trace.ts';
import { registerResults } from './routes/results.ts';
import type { AnswerSharing } from './share-answers.ts';
import { traceRequests } from './tracing/trace-requests.ts';
import { NO_TRACING, type Tracing } from './tracing/tracer.ts';

export interface NodeDependencies {
  readonly config: Config;
  readonly database: Database;
  readonly engine: Engine;
  readonly metrics: NodeMetrics;
  readonly admission: Admission;
  /** Of jobs that are being taken in, which costs little beside reading. */
  readonly acceptance: Admission;
  readonly jobs: JobQueue;
  readonly images: ImageStore;
  readonly sharing: AnswerSharing;
  readonly events: EventHub;
  readonly tracing?: Tracing;
}

/** Bodies that arrive more slowly than this are cut off: a slow sender must not hold a place. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Headers alike. Node swaps the two limits where this one, 60 s by default, is the longer. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Between looks for senders who are too slow; Node's own is 30 s. */
const SLOW_CHECK_MS = 5000;

/** What clients say over a WebSocket is a position, if anything. */
const MAX_WEBSOCKET_MESSAGE_BYTES = 1024;

/** Wire the node's HTTP server; nothing listens yet. */
export function createApp(dependencies: NodeDependencies, logger: FastifyBaseLogger): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    logController: new RequestLines(),
    bodyLimit: dependencies.config.MAX_IMAGE_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: SLOW_CHECK_MS },
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
  countRequests(app, dependencies.metrics.registry);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));

  // Before all routes: it answers upgrades that no route takes.
  app.register(websocket, {
    options: { maxPayload: MAX_WEBSOCKET_MESSAGE_BYTES, perMessageDeflate: false },
    errorHandler: (err, socket, request) => {
      request.log.info({ err }, 'a WebSocket broke');
      socket.terminate();
    },
  });
  app.register(async (scope) => registerOperations(scope, dependencies));
  app.register(async (scope) => {
    const { config, database } = dependencies;
    requireInternalToken(scope, [config.INTERNAL_SECRET, config.INTERNAL_SECRET_PREVIOUS]);
    traceRequests(scope, dependencies.tracing ?? NO_TRACING);
    handleIdempotencyKeys(scope, database, keyTimes(config));
    registerProcess(scope, dependencies);
    registerBatch(scope, dependencies);
    registerJobs(scope, dependencies);
    registerResults(scope, dependencies);
    registerImageAccess(scope, dependencies);
    registerEvents(scope, dependencies);
    registerReceipts(scope, dependencies);
  });

  app.setErrorHandler(renderError);
  app.setNotFoundHandler(renderNotFound);
  return app;
}

/** After its own time a request answers, and lets its key go, before anybody else may have it. */
const KEY_LOCK_MARGIN_MS = 5000;

function keyTimes(config: Config): KeyTimes {
  return {
    keepSeconds: config.IDEMPOTENCY_HOURS * 3600,
    lockMs: Math.max(config.IDEMPOTENCY_LOCK_MS, config.PROCESSING_TIMEOUT_MS + KEY_LOCK_MARGIN_MS),
  };
}

function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.-]{8,100}$/.test(header) ? header : randomUUID();
}
