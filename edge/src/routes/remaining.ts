import { OcrError } from '@edge-ocr/shared/errors';
import { ROUTES } from '@edge-ocr/shared/routes';
import type { Context } from 'hono';
import type { AppEnv } from '../env.ts';

/** One pattern for each path of the table; `{name}` stands for anything without a slash. */
const PATTERNS = [...Map.groupBy(ROUTES, (route) => route.path)].map(([path, routes]) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
  routes,
}));

/**
 * Answers what no route took, by the route table: planned routes, and known paths under other methods. Not as routes of
 * their own: with them hono's quick router gives way to one that took as long as the hashing of the image.
 * @throws OcrError always.
 */
export function refuseRemaining(c: Context<AppEnv>): never {
  const routes = PATTERNS.filter(({ pattern }) => pattern.test(c.req.path)).flatMap((known) => known.routes);
  if (routes.length === 0) {
    throw new OcrError('NOT_FOUND', { suggestion: 'Check the address against /openapi.json.' });
  }
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
}
