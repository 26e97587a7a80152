import { parseAsyncOptions } from '@edge-ocr/shared/contract/jobs';
import { OcrError } from '@edge-ocr/shared/errors';
import { MEDIA_TYPES } from '@edge-ocr/shared/image-format';
import { uuidV7 } from '@edge-ocr/shared/uuid-v7';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { allow, authenticate } from '../auth/authenticate.ts';
import { sha256Hex } from '../digest.ts';
import type { AppEnv } from '../env.ts';
import { limit } from '../limits/limit.ts';
import { type Forwarded, forwardRequest } from '../nodes/forward.ts';
import { dataOf } from '../nodes/read-reply.ts';
import { reserveBody } from '../upload/body-budget.ts';
import { ENVELOPE_MAX_BYTES, parseUpload, type Upload } from '../upload/parse-upload.ts';
import { readBody } from '../upload/read-body.ts';
import { requireFormat } from '../upload/require-format.ts';
import { storeOriginal } from '../upload/store-original.ts';
import { answerData } from './answer-data.ts';
import { vouchingOf } from './vouching.ts';

/** Work that is done later. Nothing of it is looked for in a cache or kept there. */
export function addJobRoutes(app: Hono<AppEnv>): void {
  const upload = [authenticate, allow('ocr:write'), reserveBody, limit({ quota: true })] as const;
  app.post('/api/v1/ocr/process/async', ...upload, async (c) => {
    const { image, options, mediaType } = await takeUpload(c, parseAsyncOptions);
    const query = new URLSearchParams(Object.entries(options).map(([name, value]) => [name, String(value)]));
    const target = `/api/v1/ocr/process/async?${query}`;
    // Made here, so that two nodes that are asked take in one job.
    return await forward(c, { method: 'POST', target, body: { bytes: image, mediaType }, jobId: uuidV7() });
  });

  app.get('/api/v1/ocr/jobs/:id', authenticate, allow('ocr:read'), limit({ quota: false }), async (c) => {
    return await forward(c, { method: 'GET', target: `/api/v1/ocr/jobs/${idIn(c, 'job')}` });
  });

  app.delete('/api/v1/ocr/jobs/:id', authenticate, allow('ocr:write'), limit({ quota: false }), async (c) => {
    return await forward(c, { method: 'DELETE', target: `/api/v1/ocr/jobs/${idIn(c, 'job')}` });
  });
}

/** Has a node do it, and answers as the node did. @throws OcrError as the node gave it, NETWORK_ERROR, TIMEOUT */
export async function forward(c: Context<AppEnv>, asked: Forwarded): Promise<Response> {
  const reply = await forwardRequest(asked, vouchingOf(c));
  return answerData(dataOf(reply), reply.status);
}

/**
 * An upload that has passed all that is looked at here: size, form, first bytes. The original goes to R2 beside.
 * Behind reserveBody.
 */
export async function takeUpload<Options>(
  c: Context<AppEnv>,
  parseOptions: (fields: Record<string, unknown>) => Options,
): Promise<Upload<Options> & { mediaType: string }> {
  const { maxImageBytes } = c.get('config');
  const body = await readBody(c.req.raw, maxImageBytes, ENVELOPE_MAX_BYTES, c.get('deadline'));
  c.get('reservation').shrinkTo(body.byteLength);
  const upload = parseUpload(c.req.raw, body, maxImageBytes, parseOptions);
  const format = requireFormat(upload.image);
  const { shopId } = c.get('principal');
  const original = { bytes: upload.image, format, sha256: await sha256Hex(upload.image), shopId };
  c.executionCtx.waitUntil(storeOriginal(c.env.IMAGES, original, c.get('requestId')));
  return { ...upload, mediaType: MEDIA_TYPES[format] };
}

/** The id in the path. @param of what, for people. @throws OcrError INVALID_REQUEST */
export function idIn(c: Context<AppEnv>, of: string): string {
  const id = z.uuid().safeParse(c.req.param('id'));
  if (!id.success) throw new OcrError('INVALID_REQUEST', { message: `The id of the ${of} is not a UUID` });
  return id.data;
}
