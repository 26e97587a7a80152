import { correctionsSchema } from '@edge-ocr/shared/contract/corrections';
import { OcrError } from '@edge-ocr/shared/errors';
import type { Hono } from 'hono';
import { z } from 'zod';
import { allow, authenticate } from '../auth/authenticate.ts';
import type { AppEnv } from '../env.ts';
import { limit } from '../limits/limit.ts';
import { forwardJson } from '../nodes/forward.ts';
import { dataOf } from '../nodes/read-reply.ts';
import { reserveBytes } from '../upload/body-budget.ts';
import { readJson } from '../upload/read-json.ts';
import { answerData } from './answer-data.ts';
import { vouchingOf } from './vouching.ts';

/** What people say was on an image. Answers from the caches stay what was read, so nothing is taken out of them. */
export function addCorrectionRoutes(app: Hono<AppEnv>): void {
  app.post(
    '/api/v1/ocr/results/:id/corrections',
    authenticate,
    allow('ocr:write'),
    limit({ quota: false }),
    async (c) => {
      const id = z.uuid().safeParse(c.req.param('id'));
      if (!id.success) throw new OcrError('INVALID_REQUEST', { message: 'The result’s id is not a UUID' });
      const { maxJsonBytes, maxBodyBytesInFlight } = c.get('config');
      const deadline = c.get('deadline');
      const reservation = reserveBytes(maxJsonBytes, maxBodyBytesInFlight, deadline);
      try {
        const sent = await readJson(c.req.raw, correctionsSchema, { maxBytes: maxJsonBytes, deadline });
        // Saying the same again changes nothing, so a second node may be asked.
        const target = `/api/v1/ocr/results/${id.data}/corrections`;
        return answerData(dataOf(await forwardJson(target, sent, vouchingOf(c))));
      } finally {
        reservation.release();
      }
    },
  );
}
