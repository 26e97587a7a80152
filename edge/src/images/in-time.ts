import { OcrError } from '@edge-ocr/shared/errors';

/**
 * The outcome of `work`, which itself cannot be told to stop.
 * @param deadline milliseconds since the epoch.
 * @throws OcrError TIMEOUT when it is not there by then; what `work` throws.
 */
export async function inTime<T>(work: Promise<T>, deadline: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new OcrError('TIMEOUT')), Math.max(1, deadline - Date.now()));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
