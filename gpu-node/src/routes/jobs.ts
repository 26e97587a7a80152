import { createHash } from 'node:crypto';
import { parseAsyncOptions } from '@edge-ocr/shared/contract/jobs';
import { OcrError } from '@edge-ocr/shared/errors';
import { MEDIA_TYPES, sniffImageFormat } from '@edge-ocr/shared/image-format';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { NodeDependencies } from '../app.ts';
import { jobIdOfRequest, principalOfRequest } from '../auth/internal-token.ts';
import { checkCallbackUrl } from '../callbacks/callback-address.ts';
import type { ImageStore } from '../images/image-store.ts';
import { imageKey } from '../images/image-store.ts';
import { takingBackRefused } from '../images/take-back-refused.ts';
import type { NewJob } from '../jobs/job-queue.ts';
import { imageBytes } from './image-body.ts';
import { traceOf } from './request-trace.ts';

/** Work that is done later: taken in, asked about, cancelled. */
export function registerJobs(app: FastifyInstance, { config, jobs, images, acceptance }: NodeDependencies) {
  const rules = { allowHttp: config.CALLBACK_ALLOW_HTTP, allowPrivate: config.CALLBACK_ALLOW_PRIVATE };

  app.post('/api/v1/ocr/process/async', async (request, reply) => {
    const asked = parseAsyncOptions(request.query as Record<string, unknown>);
    const { callback_url: callbackUrl, priority, ...options } = asked;
    if (callbackUrl !== undefined) checkCallbackUrl(callbackUrl, rules);
    const bytes = imageBytes(request.body);
    const leave = acceptance.enter(bytes.byteLength);
    try {
      const job = await storeForLater(request, bytes, options, images);
      const accepted = await takingBackRefused(images, job.imageKey, () =>
        jobs.accept({ ...job, id: jobIdOfRequest(request), priority, callbackUrl }),
      );
      return reply.code(202).send({ success: true, data: accepted });
    } finally {
      leave();
    }
  });

  app.get<{ Params: { id: string } }>('/api/v1/ocr/jobs/:id', async (request) => {
    const job = await jobs.find(principalOfRequest(request).shopId, request.params.id);
    if (!job) throw new OcrError('NOT_FOUND');
    return { success: true, data: job };
  });

  app.delete<{ Params: { id: string } }>('/api/v1/ocr/jobs/:id', async (request) => ({
    success: true,
    data: await jobs.cancel(principalOfRequest(request).shopId, request.params.id),
  }));
}

/** Keeps the image before anything is promised. @returns the job of it. @throws OcrError NETWORK_ERROR */
export async function storeForLater(
  request: FastifyRequest,
  bytes: Buffer,
  options: NewJob['options'],
  images: ImageStore,
): Promise<NewJob> {
  const principal = principalOfRequest(request);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const format = sniffImageFormat(bytes);
  const key = imageKey(principal.shopId, sha256);
  await images.put(key, bytes, format ? MEDIA_TYPES[format] : 'application/octet-stream');
  return { principal, options, imageKey: key, sha256, sizeBytes: bytes.byteLength, format, ...traceOf(request) };
}
