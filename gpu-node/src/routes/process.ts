import { parseOcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyInstance } from 'fastify';
import type { NodeDependencies } from '../app.ts';
import { principalOfRequest } from '../auth/internal-token.ts';
import { requestDeadline } from '../deadline.ts';
import { saveFailure, saveResult } from '../persist/results.ts';
import { processDocument } from '../process-document.ts';
import { traceOf } from './request-trace.ts';

/** `POST /api/v1/ocr/process`: the bare image as the body, its options as query parameters. */
export function registerProcess(
  app: FastifyInstance,
  { config, database, engine, metrics, admission }: NodeDependencies,
) {
  app.post('/api/v1/ocr/process', async (request, reply) => {
    const principal = principalOfRequest(request);
    const options = parseOcrOptions(request.query as Record<string, unknown>);
    const bytes = imageBytes(request.body);
    const trace = traceOf(request);
    const leave = admission.enter(bytes.byteLength);
    const deadline = requestDeadline(request, reply, config.PROCESSING_TIMEOUT_MS);
    metrics.requestStarted();
    try {
      const result = await processDocument(
        {
          bytes,
          options,
          signal: deadline.signal,
          persist: (unsaved) => saveResult(database, { result: unsaved, options, principal, ...trace }),
        },
        engine,
      );
      metrics.requestSucceeded(result);
      return reply.header(HEADER.modelVersion, engine.modelVersion).send({ success: true, data: result });
    } catch (thrown) {
      const error = OcrError.from(thrown);
      metrics.requestFailed(error.code);
      // The client's answer does not wait for, or depend on, the record of the failure.
      saveFailure(database, { error, bytes, options, principal, ...trace }).catch((cause) =>
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
