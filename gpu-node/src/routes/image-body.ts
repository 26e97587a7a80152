import { OcrError } from '@edge-ocr/shared/errors';

/** The bare image that a request brought. @throws OcrError INVALID_REQUEST when there is none. */
export function imageBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body) && body.byteLength > 0) return body;
  throw new OcrError('INVALID_REQUEST', { message: 'The body is empty', suggestion: 'Send the image as the body.' });
}
