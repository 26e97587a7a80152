import { decodeBatch } from '@edge-ocr/shared/batch-body';
import { BATCH_MAX_IMAGES, type BatchResult } from '@edge-ocr/shared/contract/jobs';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyInstance } from 'fastify';
import type { NodeDependencies } from '../app.ts';
import { jobIdOfRequest, principalOfRequest } from '../auth/internal-token.ts';
import { type ImageOutcome, readBatch } from '../batch/read-batch.ts';
import { requestDeadline } from '../deadline.ts';
import { forgetAnswer } from '../idempotency/handle-keys.ts';
import { newJobId } from '../persist/job-id.ts';
import { traceOf } from './request-trace.ts';

/** `POST /api/v1/ocr/batch`: images as encodeBatch writes them, their options as query parameters. */
export function registerBatch(app: FastifyInstance, dependencies: NodeDependencies): void {
  const { config, database, engine, admission } = dependencies;
  app.post('/api/v1/ocr/batch', { bodyLimit: config.MAX_BATCH_BYTES }, async (request, reply) => {
    const began = performance.now();
    const options = parseOcrOptions(request.query as Record<string, unknown>);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const images = decodeBatch(body, BATCH_MAX_IMAGES);
    const id = jobIdOfRequest(request) ?? newJobId();
    const leave = admission.enter(body.byteLength);
    const deadline = requestDeadline(request, reply, config.PROCESSING_TIMEOUT_MS);
    try {
      const onError = (err: unknown) => request.log.error({ err }, 'an image of a batch');
      const principal = principalOfRequest(request);
      const batch = { id, images, options, principal, ...traceOf(request), span: request.span, deadline, onError };
      const outcomes = await readBatch(batch, dependencies);
      // A repeat is worth its while when one of them may go better.
      if (outcomes.some((outcome) => 'error' in outcome && outcome.error.retryable)) {
        await forgetAnswer(request, database).catch(onError);
      }
      const data: BatchResult = {
        batch_id: id,
        total_images: images.length,
        processed_images: outcomes.filter((outcome) => 'result' in outcome).length,
        results: outcomes.map((outcome, index) => rendered(outcome, index, request.id)),
        processing_time_ms: Math.round(10 * (performance.now() - began)) / 10,
      };
      return reply.header(HEADER.modelVersion, engine.modelVersion).send({ success: true, data });
    } finally {
      deadline.clear();
      leave();
    }
  });
}

function rendered(outcome: ImageOutcome, index: number, requestId: string): BatchResult['results'][number] {
  if ('result' in outcome) return { index, success: true, result: outcome.result };
  return { index, success: false, error: outcome.error.toEnvelope(requestId).error };
}
