import { type Answer, resultText } from '@edge-ocr/shared/cache/answer';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import type { ImageFormat } from '@edge-ocr/shared/image-format';
import { uuidV7 } from '@edge-ocr/shared/uuid-v7';
import { sha256Hex } from './digest.ts';
import { type BatchAnswer, forwardBatch } from './nodes/forward-batch.ts';
import { currentModelVersion } from './nodes/model-version.ts';
import { type AnswerContext, findAnswer, keepAnswer } from './process-image.ts';
import { BATCH_COPIES, type Reservation } from './upload/body-budget.ts';
import { parseBatchUpload } from './upload/parse-batch-upload.ts';
import { ENVELOPE_MAX_BYTES } from './upload/parse-upload.ts';
import { imageTooLarge, readBody } from './upload/read-body.ts';
import { requireFormat } from './upload/require-format.ts';
import { storeOriginal } from './upload/store-original.ts';

export interface BatchContext extends AnswerContext {
  /** Of the isolate's memory, for the body and its copy. */
  readonly reservation: Reservation;
  readonly images: R2Bucket;
  /**
   * Counts images beyond the first against the limits.
   * @returns for each why it was refused, or null; those that were let in come first.
   */
  readonly countFurther: (count: number) => Promise<(OcrError | null)[]>;
}

interface BatchImage {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** null for what no node can read. */
  readonly format: ImageFormat | null;
  /** Why it goes nowhere. */
  readonly refusal: OcrError | null;
}

interface Outcome {
  readonly answer: Answer;
  readonly cache: 'hit' | 'miss';
}

/**
 * The way of a batch through the edge: each image is checked, counted and looked for by itself; what the caches do not know
 * goes to one node together.
 * @throws OcrError when the batch as a whole is refused, or no image could be read for a reason that is not its own.
 */
export async function processBatch(request: Request, context: BatchContext): Promise<Response> {
  const { config, timing } = context;
  const body = await timing.measure('body', readBatchBody(request, context));
  context.reservation.shrinkTo(body.byteLength * BATCH_COPIES);
  const upload = parseBatchUpload(request, body, config.maxBatchImages);
  const refusals = [null, ...(await context.countFurther(upload.images.length - 1))];
  const refused = refusals.find((refusal) => refusal !== null);
  // Another number of images would be another request under the same key.
  if (refused && context.idempotencyKey !== undefined) throw refused;
  const checking = upload.images.map((bytes, i) => checkImage(bytes, refusals[i] ?? null, config.maxImageBytes));
  const images = await timing.measure('hash', Promise.all(checking));
  const { outcomes, ...batch } =
    context.idempotencyKey === undefined
      ? await answerEach(images, upload.options, context)
      : await answerUnderKey(images, upload.options, context);
  return render(batch, outcomes, context.requestId);
}

async function readBatchBody(request: Request, { config, deadline }: BatchContext): Promise<Uint8Array> {
  try {
    return await readBody(request, config.maxBatchBytes, ENVELOPE_MAX_BYTES, deadline);
  } catch (error) {
    if (!(error instanceof OcrError) || error.code !== 'IMAGE_TOO_LARGE') throw error;
    throw new OcrError('IMAGE_TOO_LARGE', {
      message: `The images together are larger than the ${config.maxBatchBytes} bytes allowed`,
      suggestion: 'Send the images in several batches, or scale them down.',
      details: { max_bytes: config.maxBatchBytes },
    });
  }
}

async function checkImage(bytes: Uint8Array, limited: OcrError | null, maxBytes: number): Promise<BatchImage> {
  const sha256 = await sha256Hex(bytes);
  try {
    if (bytes.byteLength === 0) throw new OcrError('INVALID_REQUEST', { message: 'The image is empty' });
    if (bytes.byteLength > maxBytes) throw imageTooLarge(maxBytes);
    return { bytes, sha256, format: requireFormat(bytes), refusal: limited };
  } catch (error) {
    return { bytes, sha256, format: null, refusal: OcrError.from(error) };
  }
}

interface Answered extends Omit<BatchAnswer, 'outcomes' | 'replayed'> {
  readonly outcomes: readonly Outcome[];
}

/** What was refused or is known needs no node; the rest goes there, each image once. */
async function answerEach(
  images: readonly BatchImage[],
  options: OcrOptions,
  context: BatchContext,
): Promise<Answered> {
  const version = await currentModelVersion(context.config);
  const known = await Promise.all(images.map((image) => knownOutcome(image, options, version, context)));
  const misses = images.filter((_, i) => known[i] === null);
  const unique = [...new Map(misses.map((image) => [image.sha256, image])).values()];
  const given = await askTogether(unique, options, context).catch((error: unknown) => {
    // With something to tell of other images, that comes first; these may be sent again.
    if (known.some((outcome) => outcome?.answer.kind === 'result')) return OcrError.from(error);
    throw error;
  });
  const seen = new Set<string>();
  const outcomes = images.map((image, i): Outcome => {
    const outcome = known[i];
    if (outcome) return outcome;
    if (given instanceof OcrError) return { answer: { kind: 'failure', error: given }, cache: 'miss' };
    const { answer } = given.outcomes[unique.findIndex(({ sha256 }) => sha256 === image.sha256)]!;
    const cache = seen.has(image.sha256) ? 'hit' : 'miss';
    seen.add(image.sha256);
    return { answer, cache };
  });
  if (given instanceof OcrError) return { batchId: uuidV7(), processingTimeMs: 0, outcomes };
  return { batchId: given.batchId, processingTimeMs: given.processingTimeMs, outcomes };
}

async function knownOutcome(
  image: BatchImage,
  options: OcrOptions,
  version: string | null,
  context: BatchContext,
): Promise<Outcome | null> {
  if (image.refusal) return { answer: { kind: 'failure', error: image.refusal }, cache: 'miss' };
  const key = { shopId: context.principal.shopId, sha256: image.sha256, options };
  const answer = await findAnswer(key, version, context);
  return answer && { answer, cache: 'hit' };
}

/** As it came, bad images too: the node answers for the whole request under its key, and the caches may not cut it short. */
async function answerUnderKey(
  images: readonly BatchImage[],
  options: OcrOptions,
  context: BatchContext,
): Promise<Answered> {
  const given = await askTogether(images, options, context);
  const outcomes = given.outcomes.map(({ answer }) => ({ answer, cache: 'miss' as const }));
  return { batchId: given.batchId, processingTimeMs: given.processingTimeMs, outcomes };
}

async function askTogether(
  images: readonly BatchImage[],
  options: OcrOptions,
  context: BatchContext,
): Promise<BatchAnswer> {
  if (images.length === 0) return { batchId: uuidV7(), processingTimeMs: 0, outcomes: [], replayed: false };
  const { principal, waitUntil, requestId, timing } = context;
  const { shopId } = principal;
  for (const { format, ...image } of images) {
    if (format) waitUntil(storeOriginal(context.images, { ...image, format, shopId }, requestId));
  }
  const bytes = images.map((image) => image.bytes);
  const given = await timing.measure('node', forwardBatch(bytes, options, context), () => 'asked');
  if (given.replayed) return given;
  for (const [i, outcome] of given.outcomes.entries()) {
    const key = { shopId, sha256: images[i]!.sha256, options };
    waitUntil((await keepAnswer(key, outcome, context)).everywhere);
  }
  return given;
}

/** Results as text: they are tens of kilobytes each, and only passed on. */
function render(batch: Omit<Answered, 'outcomes'>, outcomes: readonly Outcome[], requestId: string): Response {
  const results = outcomes.map(({ answer, cache }, index) =>
    answer.kind === 'failure'
      ? JSON.stringify({ index, success: false, error: answer.error.toEnvelope(requestId).error })
      : `{"index":${index},"success":true,"result":${resultText(answer.json, cache)}}`,
  );
  const processed = outcomes.filter(({ answer }) => answer.kind === 'result').length;
  const head = `"batch_id":"${batch.batchId}","total_images":${outcomes.length},"processed_images":${processed}`;
  const data = `{${head},"results":[${results.join(',')}],"processing_time_ms":${batch.processingTimeMs}}`;
  return new Response(`{"success":true,"data":${data}}`, {
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'private, no-store' },
  });
}
