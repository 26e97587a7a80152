import type { Hono } from 'hono';
import { allow, authenticate } from '../auth/authenticate.ts';
import type { AppEnv } from '../env.ts';
import { limit, limitFurther } from '../limits/limit.ts';
import { processBatch } from '../process-batch.ts';
import { reserveBatchBody } from '../upload/body-budget.ts';
import { answerContextOf } from './answer-context.ts';

/** Several images in one request. */
export function addBatchRoutes(app: Hono<AppEnv>): void {
  app.post(
    '/api/v1/ocr/batch',
    authenticate,
    allow('ocr:write'),
    reserveBatchBody,
    limit({ quota: true }),
    async (c) =>
      await processBatch(c.req.raw, {
        ...answerContextOf(c),
        reservation: c.get('reservation'),
        images: c.env.IMAGES,
        countFurther: (count) => limitFurther(c, count, { quota: true }),
      }),
  );
}
