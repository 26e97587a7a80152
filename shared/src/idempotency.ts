/** The header by which a client may repeat a POST without a second effect. draft-ietf-httpapi-idempotency-key-header */
import { OcrError } from './errors.ts';

export const IDEMPOTENCY_KEY_MAX_CHARS = 255;
/** Printable ASCII without the space. The draft's quotes are part of the key: whoever sends them sends them every time. */
export const IDEMPOTENCY_KEY_PATTERN = '^[!-~]{1,255}$';

const KEY = new RegExp(IDEMPOTENCY_KEY_PATTERN);

/**
 * The key as a client sent it; undefined when it sent none.
 * @throws OcrError INVALID_REQUEST
 */
export function parseIdempotencyKey(header: string | readonly string[] | null | undefined): string | undefined {
  if (header === undefined || header === null) return undefined;
  if (typeof header === 'string' && KEY.test(header)) return header;
  throw new OcrError('INVALID_REQUEST', {
    message: `Idempotency-Key must have 1 to ${IDEMPOTENCY_KEY_MAX_CHARS} visible ASCII characters`,
    suggestion: 'Send a new UUID for each new request, and the same one only when you repeat it.',
  });
}
