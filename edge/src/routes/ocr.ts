import { type ExportFormat, resultQuerySchema, resultsListQuerySchema } from '@edge-ocr/shared/contract/exports';
import { invalidRequest, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { sha256Schema } from '@edge-ocr/shared/internal';
import type { Hono } from 'hono';
import { z } from 'zod';
import { allow, authenticate } from '../auth/authenticate.ts';
import { openCache } from '../cache/open-cache.ts';
import type { AppEnv } from '../env.ts';
import { findByHash } from '../find-by-hash.ts';
import { limit } from '../limits/limit.ts';
import type { NodeReply } from '../nodes/call-node.ts';
import { forwardGet } from '../nodes/forward.ts';
import { dataOf } from '../nodes/read-reply.ts';
import { processImage } from '../process-image.ts';
import { uniqueEntries } from '../unique-entries.ts';
import { reserveBody } from '../upload/body-budget.ts';
import { answerContextOf } from './answer-context.ts';
import { answerData } from './answer-data.ts';
import { exportedFile } from './exported-file.ts';
import { vouchingOf } from './vouching.ts';

/** Reading images, and what was read. */
export function addOcrRoutes(app: Hono<AppEnv>): void {
  app.post('/api/v1/ocr/process', authenticate, allow('ocr:write'), reserveBody, limit({ quota: true }), async (c) => {
    const { leases } = openCache(c.get('config'));
    return await processImage(c.req.raw, {
      ...answerContextOf(c),
      leases,
      reservation: c.get('reservation'),
      images: c.env.IMAGES,
    });
  });

  // hono answers HEAD with this too, without the body.
  app.get(
    '/api/v1/ocr/results/by-hash/:sha256',
    authenticate,
    allow('ocr:read'),
    limit({ quota: false }),
    async (c) => {
      const sha256 = sha256Schema.safeParse(c.req.param('sha256'));
      if (!sha256.success)
        throw new OcrError('INVALID_REQUEST', { message: 'The hash is not a SHA-256 in lower-case hex' });
      const options = parseOcrOptions(uniqueEntries(new URL(c.req.url).searchParams));
      return await findByHash({ shopId: c.get('principal').shopId, sha256: sha256.data, options }, answerContextOf(c));
    },
  );

  app.get('/api/v1/ocr/results/:id', authenticate, allow('ocr:read'), limit({ quota: false }), async (c) => {
    const id = z.uuid().safeParse(c.req.param('id'));
    if (!id.success) throw new OcrError('INVALID_REQUEST', { message: 'The result’s id is not a UUID' });
    const query = checkedQuery(resultQuerySchema, c.req.url);
    return answerAs(query.format, await forwardGet(`/api/v1/ocr/results/${id.data}${search(query)}`, vouchingOf(c)));
  });

  app.get('/api/v1/ocr/results', authenticate, allow('ocr:read'), limit({ quota: false }), async (c) => {
    const query = checkedQuery(resultsListQuerySchema, c.req.url);
    return answerAs(query.format, await forwardGet(`/api/v1/ocr/results${search(query)}`, vouchingOf(c)));
  });
}

function answerAs(format: ExportFormat | undefined, reply: NodeReply): Response {
  return format === undefined || format === 'json' ? answerData(dataOf(reply)) : exportedFile(reply, format);
}

/** @throws OcrError INVALID_REQUEST */
function checkedQuery<T extends z.ZodObject>(schema: T, url: string): z.output<T> {
  const parsed = schema.safeParse(uniqueEntries(new URL(url).searchParams));
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error, Object.keys(schema.shape));
}

/** A query as an address has it, from the `?` on; empty when nothing is asked. */
function search(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
