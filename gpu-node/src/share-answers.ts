import { type Answer, encodeEntry, isRepeatable } from '@edge-ocr/shared/cache/answer';
import { type AnswerKey, answerPath, REDIS_PREFIX, REDIS_VALUE_MAX_CHARS } from '@edge-ocr/shared/cache/answer-key';
import type { RedisClient } from './redis.ts';

/** After a failure Redis is left alone this long: an outage must not put a log line beside every answer. */
const REST_MS = 5000;

/** Puts finished answers where every edge looks for them, so that one is found even if the edge that asked is gone. */
export interface AnswerSharing {
  /**
   * Resolves when it is there, or cannot be: never rejects, and nobody need wait for it.
   * @param answerOf is asked only when there is a Redis that answers: a result as text is tens of kilobytes.
   */
  share(key: AnswerKey, answerOf: () => Answer): Promise<void>;
}

export interface SharingOptions {
  readonly modelVersion: string;
  readonly resultSeconds: number;
  /** For failures that would repeat. */
  readonly failureSeconds: number;
  readonly onError: (error: unknown) => void;
}

/** @param redis null shares nothing. */
export function answerSharing(redis: Pick<RedisClient, 'set'> | null, options: SharingOptions): AnswerSharing {
  let restingUntil = 0;
  return {
    async share(key, answerOf) {
      if (!redis || Date.now() < restingUntil) return;
      const answer = answerOf();
      if (!isRepeatable(answer)) return;
      const seconds = answer.kind === 'result' ? options.resultSeconds : options.failureSeconds;
      const text = encodeEntry(answer, Date.now() + seconds * 1000);
      if (text.length > REDIS_VALUE_MAX_CHARS) return;
      try {
        await redis.set(REDIS_PREFIX + answerPath(key, options.modelVersion), text, { ex: seconds });
      } catch (error) {
        restingUntil = Date.now() + REST_MS;
        options.onError(error);
      }
    },
  };
}
