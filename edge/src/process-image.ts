import type { Answer } from './cache/answer.ts';
import type { AnswerCache } from './cache/answer-cache.ts';
import { type AnswerKey, answerPath } from './cache/answer-key.ts';
import type { Config } from './config.ts';
import { sha256Hex } from './digest.ts';
import { forwardImage, type Vouching } from './nodes/forward.ts';
import { currentModelVersion, noteModelVersion } from './nodes/model-version.ts';
import { ServerTiming } from './server-timing.ts';
import { ENVELOPE_MAX_BYTES, parseUpload } from './upload/parse-upload.ts';
import { readBody } from './upload/read-body.ts';
import { requireFormat } from './upload/require-format.ts';
import { storeOriginal } from './upload/store-original.ts';

export interface ProcessContext extends Vouching {
  readonly config: Config;
  readonly cache: AnswerCache;
  readonly images: R2Bucket;
  /** Headers that the answer carries, an error too. */
  readonly answerHeaders: Headers;
  /** Work that outlives the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/**
 * The way of one image through the edge. A repeat ends at the cache; only a miss reaches R2 and a node.
 * @throws OcrError, also for a failure that the cache or the node gave as the answer.
 */
export async function processImage(request: Request, context: ProcessContext): Promise<Response> {
  const { config, principal, waitUntil } = context;
  const timing = new ServerTiming();
  try {
    const reading = readBody(request, config.maxImageBytes, ENVELOPE_MAX_BYTES, context.deadline);
    const body = await timing.measure('body', reading);
    const { image: bytes, options } = await parseUpload(request, body, config.maxImageBytes);
    const format = requireFormat(bytes);
    const sha256 = await timing.measure('hash', sha256Hex(bytes));

    const key = { shopId: principal.shopId, sha256, options };
    const known = await timing.measure('cache', findAnswer(key, context));
    context.answerHeaders.set('X-Cache', known ? 'HIT' : 'MISS');
    if (known) return render(known, 'hit');

    waitUntil(storeOriginal(context.images, { bytes, format, sha256, shopId: principal.shopId }, context.requestId));
    const fresh = await timing.measure('node', forwardImage({ bytes, sha256, format, options }, context));
    await keepAnswer(key, fresh, context);
    return render(fresh.answer, 'miss');
  } finally {
    context.answerHeaders.set('Server-Timing', timing.toString());
  }
}

async function findAnswer(key: AnswerKey, { config, cache }: ProcessContext): Promise<Answer | null> {
  const modelVersion = await currentModelVersion(config.nodeUrls);
  return modelVersion === null ? null : await cache.find(answerPath(key, modelVersion));
}

/** Under the version that gave the answer, which need not be the one that was asked for. */
async function keepAnswer(
  key: AnswerKey,
  { answer, modelVersion }: { answer: Answer; modelVersion: string | null },
  { config, cache, waitUntil }: ProcessContext,
): Promise<void> {
  if (modelVersion) await noteModelVersion(config.nodeUrls, modelVersion);
  // A failure may come without a version, when it arose before any model was asked.
  const version = modelVersion ?? (await currentModelVersion(config.nodeUrls));
  if (version) await cache.fill(answerPath(key, version), answer, waitUntil);
}

function render(answer: Answer, cache: 'hit' | 'miss'): Response {
  if (answer.kind === 'failure') throw answer.error;
  return Response.json(
    { success: true, data: { ...answer.data, cache } },
    { headers: { 'Cache-Control': 'private, no-store' } },
  );
}
