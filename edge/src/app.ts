import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { configOf } from './config.ts';
import type { AppEnv } from './env.ts';
import { identifyRequest } from './identify-request.ts';
import { renderError } from './render-error.ts';
import { limitRequest } from './request-limits.ts';
import { addBatchRoutes } from './routes/batch.ts';
import { addCorrectionRoutes } from './routes/corrections.ts';
import { addEventRoutes } from './routes/events.ts';
import { addImageRoutes } from './routes/images.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addOcrRoutes } from './routes/ocr.ts';
import { addOperationRoutes } from './routes/operations.ts';
import { addReceiptRoutes } from './routes/receipts.ts';
import { refuseRemaining } from './routes/remaining.ts';
import { sampleTrace } from './telemetry/sample-trace.ts';
import { drainUnread } from './upload/drain-unread.ts';

const corsOfOrigin = cors({
  origin: (origin, c: Context<AppEnv>) => (c.get('config').allowedOrigins.includes(origin) ? origin : null),
  allowMethods: ['GET', 'HEAD', 'POST', 'DELETE'],
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'Last-Event-ID',
    'Prefer',
    'traceparent',
    'X-Request-Id',
  ],
  exposeHeaders: [
    'Content-Disposition',
    'Idempotency-Replayed',
    'Link',
    'RateLimit',
    'RateLimit-Policy',
    'Retry-After',
    'Server-Timing',
    'X-Cache',
    'X-Request-Id',
  ],
  maxAge: 600,
});

/** A request without Origin comes from no page of another site. */
const corsByList: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.header('origin') !== undefined) return await corsOfOrigin(c, next);
  await next();
};

const configure: MiddlewareHandler<AppEnv> = async (c, next) => {
  const config = configOf(c.env);
  c.set('config', config);
  // Whether a trace that came with the request is recorded is for the caller to say.
  if (c.get('parentTrace') === undefined) {
    c.set('traceparent', sampleTrace(c.get('traceparent'), config.traceRatio));
  }
  c.set('deadline', Date.now() + config.requestDeadlineMs);
  await next();
};

/** The Worker's hooks, routes and error handler, in the order in which a request meets them. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(identifyRequest, drainUnread, limitRequest, configure, corsByList);
  addOperationRoutes(app);
  addOcrRoutes(app);
  addBatchRoutes(app);
  addJobRoutes(app);
  addCorrectionRoutes(app);
  addImageRoutes(app);
  addEventRoutes(app);
  addReceiptRoutes(app);
  app.notFound(refuseRemaining);
  app.onError(renderError);
  return app;
}
