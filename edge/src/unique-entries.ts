import { OcrError } from '@edge-ocr/shared/errors';

/**
 * Name and value pairs as an object.
 * @throws OcrError INVALID_REQUEST when a name comes twice: which one was meant is not ours to guess.
 */
export function uniqueEntries<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const unique = new Map<string, T>();
  for (const [name, value] of entries) {
    if (unique.has(name)) {
      throw new OcrError('INVALID_REQUEST', {
        message: 'A field or parameter is given more than once',
        suggestion: 'Send every field and query parameter once.',
      });
    }
    unique.set(name, value);
  }
  return Object.fromEntries(unique);
}
