import { resultAnswer } from '@edge-ocr/shared/cache/answer';
import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyInstance } from 'fastify';
import type { NodeDependencies } from '../app.ts';
import { jobIdOfRequest, principalOfRequest } from '../auth/internal-token.ts';
import { requestDeadline } from '../deadline.ts';
import { newJobId } from '../persist/job-id.ts';
import { saveFailure, saveResult } from '../persist/results.ts';
import { processDocument } from '../process-document.ts';
import { duplicateLimits } from './duplicate-limits.ts';
import { traceOf } from './request-trace.ts';

/** `POST /api/v1/ocr/process`: the bare image as the body, its options as query parameters. */
export function registerProcess(
  app: FastifyInstance,
  { config, database, engine, metrics, admission, sharing }: NodeDependencies,
) {
  const limits = duplicateLimits(config);
  app.post('/api/v1/ocr/process', async (request, reply) => {
    const principal = principalOfRequest(request);
    const options = parseOcrOptions(request.query as Record<string, unknown>);
    const bytes = imageBytes(request.body);
    const id = jobIdOfRequest(request) ?? newJobId();
    const trace = traceOf(request);
    const leave = admission.enter(bytes.byteLength);
    const deadline = requestDeadline(request, reply, config.PROCESSING_TIMEOUT_MS);
    metrics.requestStarted();
    try {
      const result = await processDocument(
        {
          id,
          bytes,
          options,
          signal: deadline.signal,
          persist: (unsaved, appearance) =>
            saveResult(database, {
              ...{ result: unsaved, options, principal, ...trace },
              ...(appearance && { lookalikes: { appearance, limits } }),
            }),
        },
        engine,
      );
      metrics.requestSucceeded(result);
      // Another node may have kept the result under this id first, with models of its own: it shares it.
      if (result.model_version === engine.modelVersion) {
        const key = { shopId: principal.shopId, sha256: result.image.sha256, options };
        void sharing.share(key, () => resultAnswer(result));
      }
      return reply.header(HEADER.modelVersion, result.model_version).send({ success: true, data: result });
    } catch (thrown) {
      const error = OcrError.from(thrown);
      metrics.requestFailed(error.code);
      // Whoever asked has gone, perhaps to another node under the same id: that is no failure of the image.
      if (deadline.abandoned) throw thrown;
      // The client's answer does not wait for, or depend on, the record of the failure.
      saveFailure(database, { id, error, bytes, options, principal, ...trace }).catch((cause) =>
        request.log.error({ err: cause }, 'a failure could not be recorded'),
      );
      throw thrown;
    } finally {
      deadline.clear();
      leave();
    }
  });
}

function imageBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body) && body.byteLength > 0) return body;
  throw new OcrError('INVALID_REQUEST', { message: 'The body is empty', suggestion: 'Send the image as the body.' });
}
