import { OcrError } from '@edge-ocr/shared/errors';
import { sha256Schema } from '@edge-ocr/shared/internal';
import type { Hono } from 'hono';
import { allow, authenticate } from '../auth/authenticate.ts';
import type { AppEnv } from '../env.ts';
import { serveOriginal } from '../images/serve-original.ts';
import { limit } from '../limits/limit.ts';
import { vouchingOf } from './vouching.ts';

/** The originals, each to its own shop. */
export function addImageRoutes(app: Hono<AppEnv>): void {
  // hono answers HEAD with this too, without the body.
  app.get('/api/v1/images/:sha256', authenticate, allow('ocr:read'), limit({ quota: false }), async (c) => {
    const sha256 = sha256Schema.safeParse(c.req.param('sha256'));
    if (!sha256.success) {
      throw new OcrError('INVALID_REQUEST', { message: 'The hash is not a SHA-256 in lower-case hex' });
    }
    return await serveOriginal(sha256.data, c.req.raw.headers, {
      ...vouchingOf(c),
      config: c.get('config'),
      headersOnly: c.req.method === 'HEAD',
      images: c.env.IMAGES,
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    });
  });
}
