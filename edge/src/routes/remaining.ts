import { OcrError } from '@edge-ocr/shared/errors';
import { ROUTES } from '@edge-ocr/shared/routes';
import type { Hono } from 'hono';
import type { AppEnv } from '../env.ts';

/** Answers what the routes before left over, by the route table: planned routes, and known paths under other methods. */
export function addRemainingRoutes(app: Hono<AppEnv>): void {
  const byPath = Map.groupBy(ROUTES, (route) => route.path);
  for (const [path, routes] of byPath) {
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), (c) => {
      // hono runs HEAD through GET's handlers, so the request's own method decides here.
      const method = c.req.method.toLowerCase();
      if (routes.some((route) => route.method === method && route.status === 'planned')) {
        throw new OcrError('NOT_FOUND', {
          message: 'This route is planned',
          suggestion: 'This version does not offer it yet; /openapi.json says under x-status what works today.',
        });
      }
      const allowed = routes.map((route) => route.method.toUpperCase());
      c.get('answerHeaders').set('Allow', allowed.join(', '));
      throw new OcrError('INVALID_REQUEST', { message: `The method is not one of ${allowed.join(', ')}` });
    });
  }
}
