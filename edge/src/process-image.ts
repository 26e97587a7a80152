import type { Answer } from '@edge-ocr/shared/cache/answer';
import { type AnswerKey, answerPath } from '@edge-ocr/shared/cache/answer-key';
import type { AnswerCache } from './cache/answer-cache.ts';
import { type Asked, askOnce } from './cache/ask-once.ts';
import type { Leases } from './cache/lease.ts';
import type { Config } from './config.ts';
import { countEvent } from './counters.ts';
import { sha256Hex } from './digest.ts';
import { forwardImage, type ImageToRead, type NodeAnswer, type Vouching } from './nodes/forward.ts';
import { currentModelVersion, noteModelVersion } from './nodes/model-version.ts';
import { renderAnswer } from './render-answer.ts';
import type { AnswerHeaders } from './security-headers.ts';
import type { ServerTiming } from './server-timing.ts';
import type { Reservation } from './upload/body-budget.ts';
import { ENVELOPE_MAX_BYTES, parseUpload } from './upload/parse-upload.ts';
import { readBody } from './upload/read-body.ts';
import { requireFormat } from './upload/require-format.ts';
import { storeOriginal } from './upload/store-original.ts';

export interface AnswerContext extends Vouching {
  /** Headers that the answer carries, an error too. */
  readonly answerHeaders: AnswerHeaders;
  readonly config: Config;
  readonly cache: AnswerCache;
  readonly timing: ServerTiming;
  /** Work that outlives the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

export interface ProcessContext extends AnswerContext {
  /** null when isolates share no Redis. */
  readonly leases: Leases | null;
  /** Of the isolate's memory, for the body. */
  readonly reservation: Reservation;
  readonly images: R2Bucket;
}

/** In the place of a model version that nobody knows yet: a name for the flight, never for an entry of the cache. */
const UNKNOWN_VERSION = 'unknown';

/**
 * The way of one image through the edge. A repeat ends at the cache, concurrent misses at one of them; only that one
 * reaches R2 and a node.
 * @throws OcrError, also for a failure that the cache or the node gave as the answer.
 */
export async function processImage(request: Request, context: ProcessContext): Promise<Response> {
  const { config, principal, timing, waitUntil } = context;
  const reading = readBody(request, config.maxImageBytes, ENVELOPE_MAX_BYTES, context.deadline);
  const body = await timing.measure('body', reading);
  context.reservation.shrinkTo(body.byteLength);
  const { image: bytes, options } = parseUpload(request, body, config.maxImageBytes);
  const format = requireFormat(bytes);
  const sha256 = await timing.measure('hash', sha256Hex(bytes));

  const key = { shopId: principal.shopId, sha256, options };
  const image = { bytes, sha256, format, options };
  if (context.idempotencyKey !== undefined) return await askUnderKey(key, image, context, mayQueue(request));
  const version = await currentModelVersion(config);
  const known = await findAnswer(key, version, context);
  if (known) return renderAnswer(known, 'hit', context.answerHeaders);

  context.answerHeaders.set('X-Cache', 'MISS');
  const path = answerPath(key, version ?? UNKNOWN_VERSION);
  const asking = askOnce(path, { ...context, leaseMs: config.cacheLeaseMs }, async () => {
    waitUntil(storeOriginal(context.images, { bytes, format, sha256, shopId: principal.shopId }, context.requestId));
    return await keepAnswer(key, await forwardImage(image, context, mayQueue(request)), context);
  });
  const { answer, followed } = await timing.measure('node', asking, ({ followed }) => (followed ? 'shared' : 'asked'));
  if (followed) countEvent('cache_shared');
  return renderAnswer(answer, followed ? 'hit' : 'miss', context.answerHeaders);
}

/**
 * Past the caches and the other requests: only a node knows whether this key came with another request before, and what
 * was answered then. It looks by itself for what it has read already.
 */
async function askUnderKey(
  key: AnswerKey,
  image: ImageToRead,
  context: ProcessContext,
  queueing: boolean,
): Promise<Response> {
  const { timing, waitUntil, answerHeaders } = context;
  waitUntil(storeOriginal(context.images, { ...image, shopId: key.shopId }, context.requestId));
  const given = await timing.measure('node', forwardImage(image, context, queueing), () => 'asked');
  if (!given.replayed) waitUntil((await keepAnswer(key, given, context)).everywhere);
  return renderAnswer(given.answer, given.cache, answerHeaders);
}

/** RFC 7240: unless the client would rather hear that the pool is busy. */
function mayQueue(request: Request): boolean {
  return !/(^|,)\s*wait\b/i.test(request.headers.get('prefer') ?? '');
}

/** What the caches know, and where they knew it from, in `Server-Timing`. */
export async function findAnswer(
  key: AnswerKey,
  version: string | null,
  { cache, timing }: AnswerContext,
): Promise<Answer | null> {
  const finding = version === null ? Promise.resolve(null) : cache.find(answerPath(key, version));
  const found = await timing.measure('cache', finding, (found) => (found ? `hit ${found.level}` : 'miss'));
  countEvent(found ? `cache_hits_${found.level}` : 'cache_misses');
  return found?.answer ?? null;
}

/** Under the version that gave the answer, which need not be the one that was asked for. */
export async function keepAnswer(
  key: AnswerKey,
  { answer, modelVersion }: Pick<NodeAnswer, 'answer' | 'modelVersion'>,
  { config, cache }: AnswerContext,
): Promise<Asked> {
  if (modelVersion) await noteModelVersion(config, modelVersion);
  // A failure may come without a version, when it arose before any model was asked.
  const version = modelVersion ?? (await currentModelVersion(config));
  const kept = version ? await cache.fill(answerPath(key, version), answer) : null;
  return { answer, everywhere: kept?.everywhere ?? Promise.resolve() };
}
