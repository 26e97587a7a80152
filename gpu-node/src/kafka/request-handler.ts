/** A request from Kafka, from the message to the result kept, or to the dead letters. */
import { createHash } from 'node:crypto';
import { OcrError } from '@edge-ocr/shared/errors';
import { MEDIA_TYPES, sniffImageFormat } from '@edge-ocr/shared/image-format';
import type { Admission } from '../admission.ts';
import { type ImageStore, imageKey, parseImageKey } from '../images/image-store.ts';
import { takingBackRefused } from '../images/take-back-refused.ts';
import type { Engine } from '../inference/engine.ts';
import type { NodeMetrics } from '../metrics.ts';
import { type Database, DatabaseAwayError, ShopErasedError } from '../persist/database.ts';
import type { DuplicateLimits } from '../persist/duplicates.ts';
import { timeOfJobId } from '../persist/job-id.ts';
import { claimRequest } from '../persist/kafka-requests.ts';
import { type ImageFacts, saveFailure, saveResult } from '../persist/results.ts';
import { processDocument } from '../process-document.ts';
import type { Span, Tracing } from '../tracing/tracer.ts';
import { backoffMs, pause } from './backoff.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { IncomingMessage, KafkaLog } from './kafka-client.ts';
import { Places } from './places.ts';
import { type OcrRequest, type RequestLimits, readRequest } from './read-request.ts';
import type { Outcome } from './work-through.ts';

/** refused: its shop was erased, and no letter may keep what it sent. */
export type RequestOutcome = 'completed' | 'repeated' | 'dead' | 'postponed' | 'refused';

export interface RequestHandlerOptions {
  readonly database: Database;
  readonly engine: Engine;
  readonly admission: Admission;
  readonly metrics: NodeMetrics;
  readonly images: Pick<ImageStore, 'get' | 'put' | 'delete'>;
  readonly deadLetters: DeadLetters;
  readonly limits: RequestLimits;
  readonly lookalikes: DuplicateLimits;
  /** Requests of Kafka that are processed at a time. */
  readonly atOnce: number;
  /** While the node has so many requests in flight none of Kafka's begins: the rest is for clients who wait. */
  readonly busyAt: number;
  readonly processingTimeoutMs: number;
  /** Attempts after the first, for failures that may pass. */
  readonly retries: number;
  readonly retryMaxMs: number;
  /** Aborted when the node stops: what waits for another attempt is left to others. */
  readonly stop: AbortSignal;
  readonly onOutcome: (outcome: RequestOutcome) => void;
  readonly log: KafkaLog;
  readonly tracing: Tracing;
}

/** It is not the request that failed: it comes again, and no attempt is counted. */
const PASSING = ['OVERLOADED'];

/** @returns a handler that never rejects, for workThrough. */
export function requestHandler(options: RequestHandlerOptions): (message: IncomingMessage) => Promise<Outcome> {
  const places = new Places(options.atOnce);
  return async (message) => {
    const { topic, partition, offset } = message;
    const facts: Record<string, unknown> = { topic, partition, offset };
    const outcome = await handle(message, places, options, facts).catch((err: unknown): RequestOutcome => {
      options.log.warn({ ...facts, err }, 'a request waits for the node to be able to take it');
      return 'postponed';
    });
    options.onOutcome(outcome);
    return outcome === 'postponed' ? 'later' : 'done';
  };
}

/** @param facts for the log, completed by what the message says. @throws what is no fault of the request. */
async function handle(
  message: IncomingMessage,
  places: Places,
  options: RequestHandlerOptions,
  facts: Record<string, unknown>,
): Promise<RequestOutcome> {
  let request: OcrRequest;
  try {
    request = readRequest(message, options.limits);
  } catch (error) {
    await options.deadLetters.put(message, OcrError.from(error), 0);
    return 'dead';
  }
  Object.assign(facts, { request_id: request.requestId, shop_id: request.shopId });
  for (let attempt = 1; ; attempt++) {
    try {
      return await places.within(() => tracedAttempt(request, options));
    } catch (thrown) {
      if (isRefused(thrown)) return 'refused';
      const { error, jobId, bytes } = asFailure(thrown);
      facts.job_id = jobId;
      if (PASSING.includes(error.code) || options.stop.aborted) throw error;
      if (!error.retryable || attempt > options.retries) {
        // First the letter: what is recorded as failed is not looked at again if this process dies in between.
        await options.deadLetters.put(message, error, attempt);
        await saveFailure(options.database, { ...context(request), id: jobId, error, bytes });
        return 'dead';
      }
      await pause(backoffMs(attempt - 1, { firstMs: 1000, maxMs: options.retryMaxMs }), options.stop);
      if (options.stop.aborted) throw error;
    }
  }
}

/** Each attempt is a span of its own, and the event that comes of it continues that. */
async function tracedAttempt(request: OcrRequest, options: RequestHandlerOptions): Promise<RequestOutcome> {
  const span = options.tracing.start('process ocr.requests', {
    kind: 'consumer',
    parent: request.traceparent,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'ocr.request_id': request.requestId,
      'ocr.shop_id': request.shopId,
    },
  });
  try {
    const { traceparent } = span;
    return await attemptRequest({ ...request, ...(traceparent && { traceparent }) }, options, span);
  } catch (thrown) {
    span.fail(thrown instanceof RequestFailure ? thrown.error.code : OcrError.from(thrown).code);
    throw thrown;
  } finally {
    span.end();
  }
}

/** @throws RequestFailure; DatabaseAwayError or OVERLOADED when it is to come again. */
async function attemptRequest(
  request: OcrRequest,
  options: RequestHandlerOptions,
  span: Span,
): Promise<RequestOutcome> {
  const { database, admission } = options;
  if (admission.inFlight >= options.busyAt) throw new OcrError('OVERLOADED', { message: 'The node is busy' });
  const { jobId, isCompleted } = await claimRequest(database, request.shopId, request.requestId);
  if (isCompleted) return 'repeated';
  let sent = sentImage(request);
  try {
    const image = await loadImage(request, options.images);
    sent = image.bytes;
    await takingBackRefused(options.images, image.key, () => readAndKeep(request, { ...image, jobId }, options, span));
    return 'completed';
  } catch (error) {
    if (error instanceof DatabaseAwayError) throw error;
    throw new RequestFailure(OcrError.from(error), jobId, sent);
  }
}

/** What is known of the image before it is loaded. */
function sentImage({ image }: OcrRequest): Uint8Array | ImageFacts {
  return 'key' in image ? { sha256: parseImageKey(image.key).sha256, sizeBytes: 0, format: null } : image.bytes;
}

interface LoadedImage {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** An image that came inside the message is kept like any other, so that it can be looked at with its result. */
async function loadImage({ image, shopId }: OcrRequest, images: RequestHandlerOptions['images']): Promise<LoadedImage> {
  if ('key' in image) {
    const bytes = await images.get(image.key);
    // Whoever sent the request may have been quicker than the store.
    if (!bytes) throw new MissingImageError();
    return { key: image.key, bytes };
  }
  const format = sniffImageFormat(image.bytes);
  const key = imageKey(shopId, createHash('sha256').update(image.bytes).digest('hex'));
  if (format) await images.put(key, image.bytes, MEDIA_TYPES[format]);
  return { key, bytes: image.bytes };
}

async function readAndKeep(
  request: OcrRequest,
  { key, bytes, jobId }: LoadedImage & { jobId: string },
  options: RequestHandlerOptions,
  span: Span,
): Promise<void> {
  const { database, engine, metrics, lookalikes } = options;
  const leave = options.admission.enter(bytes.byteLength);
  metrics.requestStarted();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new OcrError('TIMEOUT')), options.processingTimeoutMs);
  const queueWaitMs = Date.now() - timeOfJobId(jobId).getTime();
  try {
    const result = await processDocument(
      {
        id: jobId,
        bytes,
        options: request.options,
        signal: deadline.signal,
        span,
        persist: (unsaved, appearance) =>
          saveResult(database, {
            ...context(request),
            ...{ result: unsaved, imageUrl: key, queueWaitMs },
            ...(appearance && { lookalikes: { appearance, limits: lookalikes } }),
          }),
      },
      engine,
    );
    metrics.requestSucceeded(result);
  } catch (error) {
    metrics.requestFailed(OcrError.from(error).code);
    throw error;
  } finally {
    clearTimeout(timer);
    leave();
  }
}

function context({ shopId, userId, requestId, options, traceparent }: OcrRequest) {
  return { principal: { shopId, userId }, requestId, options, traceparent, jobType: 'async' } as const;
}

/** NOT_FOUND, which may pass: the catalogue's is final because there the client knows best. */
class MissingImageError extends OcrError {
  override readonly retryable = true;

  constructor() {
    super('NOT_FOUND', { message: 'There is no image under this key' });
  }
}

/** A failure with what is to be recorded of it. */
class RequestFailure extends Error {
  readonly error: OcrError;
  readonly jobId: string;
  readonly bytes: Uint8Array | ImageFacts;

  constructor(error: OcrError, jobId: string, bytes: Uint8Array | ImageFacts) {
    super(error.message, { cause: error });
    this.error = error;
    this.jobId = jobId;
    this.bytes = bytes;
  }
}

function isRefused(thrown: unknown): boolean {
  return thrown instanceof ShopErasedError || (thrown instanceof RequestFailure && isRefused(thrown.error));
}

function asFailure(thrown: unknown): RequestFailure {
  if (thrown instanceof RequestFailure) return thrown;
  throw thrown;
}
