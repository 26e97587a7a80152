import type { Principal } from '@edge-ocr/shared/access';
import { resultAnswer } from '@edge-ocr/shared/cache/answer';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { OcrError } from '@edge-ocr/shared/errors';
import type { NodeDependencies } from '../app.ts';
import type { Deadline } from '../deadline.ts';
import { ShopErasedError } from '../persist/database.ts';
import { saveFailure, saveResult } from '../persist/results.ts';
import { processDocument } from '../process-document.ts';
import { duplicateLimits } from '../routes/duplicate-limits.ts';
import type { Span } from '../tracing/tracer.ts';
import { imageIdOf } from './image-id.ts';

export interface Batch {
  /** UUIDv7. */
  readonly id: string;
  readonly images: readonly Uint8Array[];
  readonly options: OcrOptions;
  readonly principal: Principal;
  readonly requestId: string;
  readonly traceparent?: string | undefined;
  readonly span?: Span | undefined;
  readonly deadline: Deadline;
  /** Told of failures that could not be recorded. */
  readonly onError: (error: unknown) => void;
}

export type ImageOutcome = { readonly result: OcrResult } | { readonly error: OcrError };

/**
 * Reads all images at the same time, so that their lines share batches of the models; the engine's pixel budget bounds how
 * many are in memory. Each is kept as a result of its own, or recorded as a failure of its own.
 * @returns an outcome for each image, in their order; those that were not done at the deadline have TIMEOUT.
 */
export async function readBatch(batch: Batch, dependencies: NodeDependencies): Promise<ImageOutcome[]> {
  return await Promise.all(batch.images.map((_, index) => readImage(batch, index, dependencies)));
}

async function readImage(batch: Batch, index: number, dependencies: NodeDependencies): Promise<ImageOutcome> {
  const { metrics } = dependencies;
  metrics.requestStarted();
  try {
    const result = await readAndKeep(batch, index, dependencies);
    metrics.requestSucceeded(result);
    return { result };
  } catch (thrown) {
    const error = OcrError.from(thrown);
    metrics.requestFailed(error.code);
    if (error.code === 'INTERNAL') batch.onError(thrown);
    // Whoever asked has gone, perhaps to another node under the same id: that is no failure of the image.
    if (!batch.deadline.abandoned) recordFailure(batch, index, error, dependencies);
    return { error };
  }
}

async function readAndKeep(batch: Batch, index: number, dependencies: NodeDependencies): Promise<OcrResult> {
  const { config, database, engine, sharing } = dependencies;
  const { principal, options, requestId, traceparent } = batch;
  const bytes = batch.images[index]!;
  requireSize(bytes, config.MAX_IMAGE_BYTES);
  const result = await processDocument(
    {
      id: imageIdOf(batch.id, index),
      bytes,
      options,
      signal: batch.deadline.signal,
      span: batch.span,
      persist: (unsaved, appearance) =>
        saveResult(database, {
          ...{ result: unsaved, options, principal, requestId, traceparent, jobType: 'batch' },
          ...(appearance && { lookalikes: { appearance, limits: duplicateLimits(config) } }),
        }),
    },
    engine,
  );
  // Another node may have kept the result under this id first, with models of its own: it shares it.
  if (result.model_version === engine.modelVersion) {
    const key = { shopId: principal.shopId, sha256: result.image.sha256, options };
    void sharing.share(key, () => resultAnswer(result));
  }
  return result;
}

function requireSize(bytes: Uint8Array, maxBytes: number): void {
  if (bytes.byteLength === 0) throw new OcrError('INVALID_REQUEST', { message: 'The image is empty' });
  if (bytes.byteLength <= maxBytes) return;
  throw new OcrError('IMAGE_TOO_LARGE', {
    message: `The image is larger than the ${maxBytes} bytes allowed`,
    details: { max_bytes: maxBytes },
  });
}

/** The client's answer does not wait for, or depend on, the record of the failure. */
function recordFailure(batch: Batch, index: number, error: OcrError, { database }: NodeDependencies): void {
  // Of a shop that was erased nothing is to be recorded.
  if (error instanceof ShopErasedError) return;
  const { principal, options, requestId, traceparent, onError } = batch;
  const id = imageIdOf(batch.id, index);
  const bytes = batch.images[index]!;
  saveFailure(database, { id, error, bytes, options, principal, requestId, traceparent, jobType: 'batch' }).catch(
    onError,
  );
}
