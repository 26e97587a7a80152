import { canonicalOptions, type OcrOptions } from '@edge-ocr/shared/contract/options';

/** All that an answer depends on. The shop is part of it: what one shop sent says nothing to another. */
export interface AnswerKey {
  readonly shopId: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
  readonly options: OcrOptions;
}

/** The key as one URL-safe path, equal exactly when the answer must be. */
export function answerPath(key: AnswerKey, modelVersion: string): string {
  const parts = [key.shopId, key.sha256, canonicalOptions(key.options), modelVersion];
  return `answer/1/${parts.map(encodeURIComponent).join('/')}`;
}
