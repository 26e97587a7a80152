import type { Context } from 'hono';
import { openCache } from '../cache/open-cache.ts';
import type { AppEnv } from '../env.ts';
import type { AnswerContext } from '../process-image.ts';
import { vouchingOf } from './vouching.ts';

/** What answering about images takes. @throws OcrError INVALID_REQUEST for a bad Idempotency-Key. */
export function answerContextOf(c: Context<AppEnv>): AnswerContext {
  const config = c.get('config');
  return {
    ...vouchingOf(c),
    config,
    cache: openCache(config).cache,
    answerHeaders: c.get('answerHeaders'),
    timing: c.get('timing'),
    waitUntil: (work) => c.executionCtx.waitUntil(work),
  };
}
