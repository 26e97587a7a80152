import { canonicalOptions, type OcrOptions } from '../contract/options.ts';

/** All that an answer depends on. The shop is part of it: what one shop sent says nothing to another. */
export interface AnswerKey {
  readonly shopId: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
  readonly options: OcrOptions;
}

/** Before every key of ours in Redis, which others may use too. */
export const REDIS_PREFIX = 'edge-ocr:';

/** Upstash refuses requests over 1 MB; larger answers stay in the data centre that fetched them. */
export const REDIS_VALUE_MAX_CHARS = 512 * 1024;

/** The key as one URL-safe path, equal exactly when the answer must be. */
export function answerPath(key: AnswerKey, modelVersion: string): string {
  const parts = [key.shopId, key.sha256, canonicalOptions(key.options), modelVersion];
  return `answer/1/${parts.map(encodeURIComponent).join('/')}`;
}
