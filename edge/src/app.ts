import { OcrError } from '@edge-ocr/shared/errors';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import { configOf } from './config.ts';
import type { AppEnv } from './env.ts';
import { identifyRequest } from './identify-request.ts';
import { renderError } from './render-error.ts';
import { addOcrRoutes } from './routes/ocr.ts';
import { addOperationRoutes } from './routes/operations.ts';
import { addRemainingRoutes } from './routes/remaining.ts';
import { drainUnread } from './upload/drain-unread.ts';

/** Answers are data: nothing in them may run, frame or be framed. */
const security = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  crossOriginResourcePolicy: 'same-site',
  xFrameOptions: 'DENY',
});

const corsByList = cors({
  origin: (origin, c: Context<AppEnv>) => (c.get('config').allowedOrigins.includes(origin) ? origin : null),
  allowMethods: ['GET', 'HEAD', 'POST', 'DELETE'],
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'traceparent', 'X-Request-Id'],
  exposeHeaders: ['RateLimit', 'RateLimit-Policy', 'Retry-After', 'Server-Timing', 'X-Cache', 'X-Request-Id'],
  maxAge: 600,
});

const configure: MiddlewareHandler<AppEnv> = async (c, next) => {
  const config = configOf(c.env);
  c.set('config', config);
  c.set('deadline', Date.now() + config.requestDeadlineMs);
  await next();
};

/** The Worker's hooks, routes and error handler, in the order in which a request meets them. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(identifyRequest, security, drainUnread, configure, corsByList);
  addOperationRoutes(app);
  addOcrRoutes(app);
  addRemainingRoutes(app);
  app.notFound(() => {
    throw new OcrError('NOT_FOUND', { suggestion: 'Check the address against /openapi.json.' });
  });
  app.onError(renderError);
  return app;
}
