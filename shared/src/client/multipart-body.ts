/** A multipart form as bytes: React Native can make no form of bytes, and only bytes have a length before they are sent. */
import type { SentImage } from './image-to-send.ts';

export interface MultipartBody {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
}

/** @param values of the other fields; those that are undefined are left out. */
export function multipartBody(
  name: string,
  images: readonly SentImage[],
  values: object,
  boundary: string,
): MultipartBody {
  const encoder = new TextEncoder();
  const head = (disposition: string, type = '') => encoder.encode(`--${boundary}\r\n${disposition}\r\n${type}\r\n`);
  const lineEnd = encoder.encode('\r\n');
  const parts: Uint8Array[] = [];
  for (const [field, value] of Object.entries(values)) {
    if (value === undefined) continue;
    parts.push(head(`Content-Disposition: form-data; name="${field}"`), encoder.encode(String(value)), lineEnd);
  }
  for (const { bytes, mediaType } of images) {
    const disposition = `Content-Disposition: form-data; name="${name}"; filename="image"`;
    parts.push(head(disposition, `Content-Type: ${mediaType}\r\n`), bytes, lineEnd);
  }
  parts.push(encoder.encode(`--${boundary}--\r\n`));
  return { body: concatenated(parts), mediaType: `multipart/form-data; boundary=${boundary}` };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
