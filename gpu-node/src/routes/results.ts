import { correctionsSchema } from '@edge-ocr/shared/contract/corrections';
import { resultQuerySchema, resultsListQuerySchema } from '@edge-ocr/shared/contract/exports';
import { invalidRequest, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { HEADER, sha256Schema } from '@edge-ocr/shared/internal';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { NodeDependencies } from '../app.ts';
import { principalOfRequest } from '../auth/internal-token.ts';
import { correctResult } from '../persist/corrections.ts';
import { findByHash, findResult, searchResults } from '../persist/results.ts';
import { parseJsonBody } from './json-body.ts';
import { linkToNext, sendResults } from './send-results.ts';

/** Stored results, of the caller's shop alone. */
export function registerResults(app: FastifyInstance, { database, engine }: NodeDependencies): void {
  app.get<{ Params: { id: string } }>('/api/v1/ocr/results/:id', async (request, reply) => {
    const id = idOf(request.params.id);
    const { format = 'json', rows } = checkedQuery(resultQuerySchema, request.query);
    const result = await findResult(database, principalOfRequest(request).shopId, id);
    // Another shop's result looks the same as none, so that ids cannot be tried out.
    if (!result) throw new OcrError('NOT_FOUND');
    if (format === 'json') return { success: true, data: result };
    return sendResults(reply, { results: [result], format, rows, name: id });
  });

  app.post<{ Params: { id: string } }>('/api/v1/ocr/results/:id/corrections', async (request) => {
    const resultId = idOf(request.params.id);
    const { fields } = parseJsonBody(correctionsSchema, request.body);
    const result = await correctResult(database, { principal: principalOfRequest(request), resultId, fields });
    if (!result) throw new OcrError('NOT_FOUND');
    return { success: true, data: result };
  });

  app.get<{ Params: { sha256: string } }>('/api/v1/ocr/results/by-hash/:sha256', async (request, reply) => {
    const sha256 = sha256Schema.safeParse(request.params.sha256);
    if (!sha256.success)
      throw new OcrError('INVALID_REQUEST', { message: 'The hash is not a SHA-256 in lower-case hex' });
    const options = parseOcrOptions(request.query as Record<string, unknown>);
    const { modelVersion } = engine;
    const { shopId } = principalOfRequest(request);
    const result = await findByHash(database, shopId, { sha256: sha256.data, options, modelVersion });
    if (!result) throw new OcrError('NOT_FOUND', { message: 'This image is not known under these options' });
    return reply.header(HEADER.modelVersion, modelVersion).send({ success: true, data: result });
  });

  app.get(LIST_PATH, async (request, reply) => {
    const query = checkedQuery(resultsListQuerySchema, request.query);
    const { format = 'json', rows } = query;
    const page = await searchResults(database, principalOfRequest(request).shopId, query);
    if (format === 'json') return { success: true, data: page };
    if (page.next_cursor) reply.header('link', linkToNext(LIST_PATH, query, page.next_cursor));
    return sendResults(reply, { results: page.results, format, rows, name: 'results' });
  });
}

const LIST_PATH = '/api/v1/ocr/results';

/** @throws OcrError INVALID_REQUEST */
function checkedQuery<T extends z.ZodObject>(schema: T, sent: unknown): z.output<T> {
  const query = schema.safeParse(sent);
  if (query.success) return query.data;
  throw invalidRequest(query.error, Object.keys(schema.shape));
}

/** @throws OcrError INVALID_REQUEST */
function idOf(text: string): string {
  const id = z.uuid().safeParse(text);
  if (!id.success) throw new OcrError('INVALID_REQUEST', { message: 'The id of a result is a UUID' });
  return id.data;
}
