import type { Answer } from '@edge-ocr/shared/cache/answer';
import type { AnswerKey } from '@edge-ocr/shared/cache/answer-key';
import { forwardByHash, type NodeAnswer } from './nodes/forward.ts';
import { currentModelVersion } from './nodes/model-version.ts';
import { type AnswerContext, findAnswer, keepAnswer } from './process-image.ts';
import { renderAnswer } from './render-answer.ts';

/**
 * What is known of an image by its hash, so that a client need not upload it: from the caches, or from what the nodes
 * keep, which fills the caches.
 * @throws OcrError NOT_FOUND, a failure that is known of the image, or why no node could say.
 */
export async function findByHash(key: AnswerKey, context: AnswerContext): Promise<Response> {
  const known = await findAnswer(key, await currentModelVersion(context.config), context);
  if (known) return renderAnswer(known, 'hit', context.answerHeaders);
  context.answerHeaders.set('X-Cache', 'MISS');
  const stored = await context.timing.measure('node', forwardByHash(key, context));
  return renderAnswer(await keep(key, stored, context), 'miss', context.answerHeaders);
}

async function keep(key: AnswerKey, stored: NodeAnswer, context: AnswerContext): Promise<Answer> {
  const { answer, everywhere } = await keepAnswer(key, stored, context);
  context.waitUntil(everywhere);
  return answer;
}
