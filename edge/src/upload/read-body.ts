import { OcrError } from '@edge-ocr/shared/errors';
import { drain } from './drain.ts';

/**
 * The whole body, never holding more than the image's limit and the allowance of it, whatever Content-Length says.
 * @param allowanceBytes what may surround the image.
 * @param deadline milliseconds since the epoch.
 * @throws OcrError IMAGE_TOO_LARGE, TIMEOUT when the client is too slow, INVALID_REQUEST when it breaks off.
 */
export async function readBody(
  request: Request,
  maxImageBytes: number,
  allowanceBytes: number,
  deadline: number,
): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array(0);
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  const maxBytes = maxImageBytes + allowanceBytes;
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return refuse(reader, maxImageBytes);

  const chunks: Uint8Array[] = [];
  let total = 0;
  let expired = false;
  const expiry = setTimeout(() => {
    expired = true;
    void reader.cancel().catch(() => {});
  }, deadline - Date.now());
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      total += value.byteLength;
      if (total > maxBytes) return refuse(reader, maxImageBytes);
      chunks.push(value);
    }
  } catch (cause) {
    if (!expired) throw new OcrError('INVALID_REQUEST', { message: 'The body ended before it was complete', cause });
  } finally {
    clearTimeout(expiry);
  }
  if (expired) throw new OcrError('TIMEOUT', { message: 'The body did not arrive in time' });
  return concatenate(chunks, total);
}

async function refuse(reader: ReadableStreamDefaultReader<Uint8Array>, maxImageBytes: number): Promise<never> {
  await drain(reader);
  throw imageTooLarge(maxImageBytes);
}

/** IMAGE_TOO_LARGE by the number of bytes. */
export function imageTooLarge(maxImageBytes: number): OcrError {
  return new OcrError('IMAGE_TOO_LARGE', {
    message: `The image is larger than the ${maxImageBytes} bytes allowed`,
    details: { max_bytes: maxImageBytes },
  });
}

function concatenate(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const whole = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
