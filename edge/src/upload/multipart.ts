/**
 * multipart/form-data (RFC 7578) without copying the parts: workerd's own `formData()` holds a form of 10 MB three times
 * over. Strict where others guess: what is not a form to the letter is refused.
 */
import { findBytes } from './find-bytes.ts';

/** More than the API has fields. */
const MAX_PARTS = 32;
const MAX_PART_HEADER_BYTES = 1024;
const MAX_BOUNDARY_CHARS = 70;
const CR = 13;
const LF = 10;
const DASH = 45;

export interface Part {
  readonly name: string;
  /** Whether it came with a file name, which is what makes it a file. */
  readonly isFile: boolean;
  /** A view of the body. */
  readonly bytes: Uint8Array;
}

export class MultipartError extends Error {
  override readonly name = 'MultipartError';
}

/** @throws MultipartError */
export function parseMultipart(contentType: string, body: Uint8Array): Part[] {
  const delimiter = new TextEncoder().encode(`--${boundaryOf(contentType)}`);
  // Some clients put an empty line first.
  const start = body[0] === CR && body[1] === LF ? 2 : 0;
  if (!startsWith(body, start, delimiter)) throw new MultipartError('The body does not begin with its boundary');
  const separator = new Uint8Array([CR, LF, ...delimiter]);
  const parts: Part[] = [];
  for (let at = start + delimiter.length; !isEnd(body, at); ) {
    if (parts.length === MAX_PARTS) throw new MultipartError('The form has too many parts');
    if (body[at] !== CR || body[at + 1] !== LF) throw new MultipartError('A boundary does not end its line');
    const end = findBytes(body, separator, at);
    if (end === -1) throw new MultipartError('The form breaks off');
    parts.push(parsePart(body.subarray(at + 2, end)));
    at = end + separator.length;
  }
  return parts;
}

function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))\s*(?:;|$)/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? '';
  const isValid = boundary.length <= MAX_BOUNDARY_CHARS && /^[\w'()+,./:=? -]*[\w'()+,./:=?-]$/.test(boundary);
  if (!isValid) throw new MultipartError('The Content-Type names no usable boundary');
  return boundary;
}

/** Two dashes after a boundary end the form; what follows them means nothing. */
function isEnd(body: Uint8Array, at: number): boolean {
  return body[at] === DASH && body[at + 1] === DASH;
}

const BLANK_LINE = new Uint8Array([CR, LF, CR, LF]);

function parsePart(part: Uint8Array): Part {
  const end = findBytes(part.subarray(0, MAX_PART_HEADER_BYTES), BLANK_LINE, 0);
  if (end === -1) throw new MultipartError('A part has no headers, or too many');
  const headers = new TextDecoder().decode(part.subarray(0, end)).split('\r\n');
  const disposition = headers.find((line) => /^content-disposition:/i.test(line)) ?? '';
  const name = /^[^;]*form-data[^;]*;(?:.*;)?\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) throw new MultipartError('A part has no name');
  const isEncoded = headers.some((line) => /^content-transfer-encoding:(?!\s*(?:binary|8bit|7bit)\s*$)/i.test(line));
  if (isEncoded) throw new MultipartError('A part has a transfer encoding, which RFC 7578 has done away with');
  return { name, isFile: /;\s*filename\*?=/i.test(disposition), bytes: part.subarray(end + BLANK_LINE.length) };
}

function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  return prefix.every((byte, i) => bytes[at + i] === byte);
}
