import { OcrError } from '@edge-ocr/shared/errors';
import { drain, drainBody } from './drain.ts';

/**
 * The whole body, never holding more than the image's limit and the allowance of it.
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
  const maxBytes = maxImageBytes + allowanceBytes;
  const announced = Number(request.headers.get('content-length') ?? Number.NaN);
  if (announced > maxBytes) {
    await drainBody(request.body);
    throw imageTooLarge(maxImageBytes);
  }
  // The platform holds a body to its length, and then reads it without copies of ours.
  const body = Number.isNaN(announced)
    ? await readCounted(request.body.getReader(), maxImageBytes, maxBytes, deadline)
    : new Uint8Array(await inTime(request.arrayBuffer(), deadline));
  if (body.byteLength > maxBytes) throw imageTooLarge(maxImageBytes);
  return body;
}

async function inTime<T>(reading: Promise<T>, deadline: number): Promise<T> {
  const { promise: expiry, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(tooSlow()), deadline - Date.now());
  try {
    return await Promise.race([reading, expiry]);
  } catch (cause) {
    throw cause instanceof OcrError ? cause : brokenOff(cause);
  } finally {
    clearTimeout(timer);
  }
}

async function readCounted(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxImageBytes: number,
  maxBytes: number,
  deadline: number,
): Promise<Uint8Array> {
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
    if (!expired) throw cause instanceof OcrError ? cause : brokenOff(cause);
  } finally {
    clearTimeout(expiry);
  }
  if (expired) throw tooSlow();
  return concatenate(chunks, total);
}

const tooSlow = () => new OcrError('TIMEOUT', { message: 'The body did not arrive in time' });
const brokenOff = (cause: unknown) =>
  new OcrError('INVALID_REQUEST', { message: 'The body ended before it was complete', cause });

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
