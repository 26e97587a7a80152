import { invalidRequest } from '@edge-ocr/shared/contract/options';
import { resultsQuerySchema } from '@edge-ocr/shared/contract/results';
import { OcrError } from '@edge-ocr/shared/errors';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { NodeDependencies } from '../app.ts';
import { principalOfRequest } from '../auth/internal-token.ts';
import { findResult, searchResults } from '../persist/results.ts';

/** Stored results, of the caller's shop alone. */
export function registerResults(app: FastifyInstance, { database }: NodeDependencies): void {
  app.get<{ Params: { id: string } }>('/api/v1/ocr/results/:id', async (request) => {
    const id = z.uuid().safeParse(request.params.id);
    if (!id.success) throw new OcrError('INVALID_REQUEST', { message: 'The id of a result is a UUID' });
    const result = await findResult(database, principalOfRequest(request).shopId, id.data);
    // Another shop's result looks the same as none, so that ids cannot be tried out.
    if (!result) throw new OcrError('NOT_FOUND');
    return { success: true, data: result };
  });

  app.get('/api/v1/ocr/results', async (request) => {
    const query = resultsQuerySchema.safeParse(request.query);
    if (!query.success) throw invalidRequest(query.error, Object.keys(resultsQuerySchema.shape));
    return { success: true, data: await searchResults(database, principalOfRequest(request).shopId, query.data) };
  });
}
