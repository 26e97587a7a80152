import { resultAnswer } from '@edge-ocr/shared/cache/answer';
import { type OcrOptions, parseOcrOptions } from '@edge-ocr/shared/contract/options';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NodeDependencies } from '../app.ts';
import { jobIdOfRequest, principalOfRequest } from '../auth/internal-token.ts';
import { requestDeadline } from '../deadline.ts';
import { hasIdempotencyKey } from '../idempotency/handle-keys.ts';
import { takingBackRefused } from '../images/take-back-refused.ts';
import type { Job, NewJob } from '../jobs/job-queue.ts';
import { ShopErasedError } from '../persist/database.ts';
import { newJobId, timeOfJobId } from '../persist/job-id.ts';
import { findByHash, saveFailure, saveResult } from '../persist/results.ts';
import { processDocument } from '../process-document.ts';
import { duplicateLimits } from './duplicate-limits.ts';
import { imageBytes } from './image-body.ts';
import { storeForLater } from './jobs.ts';
import { readInTime } from './read-in-time.ts';
import { traceOf } from './request-trace.ts';

/** Before the deadline, to make a job of what is not done: storing the image takes a moment, and so does the answer. */
const HANDOVER_MS = 1000;

/** `POST /api/v1/ocr/process`: the bare image as the body, its options as query parameters. */
export function registerProcess(app: FastifyInstance, dependencies: NodeDependencies) {
  const { config, database, engine, metrics, admission, acceptance, sharing, jobs, images } = dependencies;
  const limits = duplicateLimits(config);

  app.post('/api/v1/ocr/process', async (request, reply) => {
    const principal = principalOfRequest(request);
    const options = parseOcrOptions(request.query as Record<string, unknown>);
    const bytes = imageBytes(request.body);
    const id = jobIdOfRequest(request) ?? newJobId();
    const known = hasIdempotencyKey(request) ? await findKnown(request, id, options, dependencies) : null;
    if (known) return sendKnown(reply, known);
    const trace = traceOf(request);
    const later = async <T>(place: (job: NewJob & { readonly id: string }) => Promise<T>): Promise<T> => {
      const job = await storeForLater(request, bytes, options, images);
      return await takingBackRefused(images, job.imageKey, () => place({ ...job, id, jobType: 'single' }));
    };

    const leave = enterOrQueue(request, bytes.byteLength);
    if (!leave) {
      const leaveAcceptance = acceptance.enter(bytes.byteLength);
      const accepted = await later((job) => jobs.accept(job)).finally(leaveAcceptance);
      return reply.code(202).send({ success: true, data: accepted });
    }
    const deadline = requestDeadline(request, reply, config.PROCESSING_TIMEOUT_MS, HANDOVER_MS);
    metrics.requestStarted();
    const reading = readInTime({
      deadline,
      read: (signal, persist) => processDocument({ id, bytes, options, signal, persist, span: request.span }, engine),
      save: (unsaved, appearance) =>
        saveResult(database, {
          ...{ result: unsaved, options, principal, ...trace },
          ...(appearance && { lookalikes: { appearance, limits } }),
        }),
      handOver: async (abort) => await later((job) => jobs.adopt(job, abort)),
      isKnown: async () => (await jobs.find(principal.shopId, id)) !== null,
      jobId: id,
      log: request.log,
    });
    void reading.ended.then((outcome) => {
      deadline.clear();
      leave();
      if ('result' in outcome) succeeded(outcome.result);
      else metrics.requestFailed(outcome.error.code);
    });
    try {
      const result = await reading.answer;
      return reply.header(HEADER.modelVersion, result.model_version).send({ success: true, data: result });
    } catch (thrown) {
      // Whoever asked has gone, perhaps to another node under the same id: that is no failure of the image. And what goes
      // on as a job has not failed yet. Of a shop that was erased nothing is to be recorded.
      if (deadline.abandoned || reading.goesOn || thrown instanceof ShopErasedError) throw thrown;
      const error = OcrError.from(thrown);
      // Nor is that the node or its database has no time: the edge makes a job of the request then, under the same id, and a
      // failure that is written late would be the end of that job.
      if (error.code === 'OVERLOADED') throw thrown;
      // The client's answer does not wait for, or depend on, the record of the failure.
      saveFailure(database, { id, error, bytes, options, principal, ...trace }).catch((cause) =>
        request.log.error({ err: cause }, 'a failure could not be recorded'),
      );
      throw thrown;
    }

    function succeeded(result: OcrResult): void {
      metrics.requestSucceeded(result);
      // Another node may have kept the result under this id first, with models of its own: it shares it.
      if (result.model_version !== engine.modelVersion) return;
      const key = { shopId: principal.shopId, sha256: result.image.sha256, options };
      void sharing.share(key, () => resultAnswer(result));
    }
  });

  /** @returns how to give the place back; null when there is none and a job is to be made of the request. */
  function enterOrQueue(request: FastifyRequest, size: number): (() => void) | null {
    try {
      return admission.enter(size);
    } catch (error) {
      if (!admission.isOpen || prefersToWait(request)) throw error;
      return null;
    }
  }
}

/**
 * What came of this image before: of an earlier try under the same Idempotency-Key, or else what the edge would have had in
 * its cache, by which such a request has passed.
 */
async function findKnown(
  request: FastifyRequest,
  id: string,
  options: OcrOptions,
  { config, database, engine, jobs }: NodeDependencies,
): Promise<Known | null> {
  const { shop_id: shopId, body_sha256: sha256 } = request.claims!;
  const job = await jobs.find(shopId, id);
  if (job?.result) return { result: job.result };
  if (job?.status === 'queued' || job?.status === 'processing') return { job };
  const result = await findByHash(database, shopId, { sha256, options, modelVersion: engine.modelVersion });
  const isFresh = result && Date.now() - timeOfJobId(result.id).getTime() < config.CACHE_TTL_SECONDS * 1000;
  return isFresh ? { result: { ...result, cache: 'hit' } } : null;
}

type Known = { readonly result: OcrResult } | { readonly job: Job };

function sendKnown(reply: FastifyReply, known: Known): FastifyReply {
  if ('job' in known) return reply.status(202).send({ success: true, data: known.job });
  const { result } = known;
  return reply.header(HEADER.modelVersion, result.model_version).send({ success: true, data: result });
}

/** RFC 7240: the client would rather hear that the node is busy than be answered with a job. */
function prefersToWait({ headers }: FastifyRequest): boolean {
  return /(^|,)\s*wait\b/i.test(String(headers.prefer ?? ''));
}
