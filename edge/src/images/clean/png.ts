import { ByteReader, checkParts, concatenate, latin1, UncleanableImage } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { exifOf, orientationIn } from './orientation.ts';

const SIGNATURE_BYTES = 8;
/** What pixels and their colours need, animation included. Texts, times, Exif and private chunks are not among them. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT'.split(' '),
);

/**
 * A PNG of the chunks that its pixels need, and an eXIf chunk with the orientation alone if it is not upright. What follows
 * IEND goes.
 * @throws UncleanableImage
 */
export function cleanPng(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  const kept: Uint8Array[] = [reader.slice(0, SIGNATURE_BYTES)];
  for (let at = SIGNATURE_BYTES, isFirst = true; ; isFirst = false) {
    const length = reader.u32(at);
    const type = reader.text(at + 4, 4);
    const data = reader.slice(at + 8, length);
    if (isFirst !== (type === 'IHDR')) throw new UncleanableImage('its header is not its first chunk');
    if (KEPT.has(type)) kept.push(reader.slice(at, length + 12));
    else if (isCritical(type)) throw new UncleanableImage('it has a critical chunk that nobody knows');
    else if (type === 'eXIf') kept.push(...orientationChunk(data));
    checkParts(kept.length);
    at += length + 12;
    if (type === 'IEND') return concatenate(kept);
  }
}

/** By its first letter a decoder knows whether it may pass a chunk by. */
function isCritical(type: string): boolean {
  return /^[A-Z]/.test(type);
}

function orientationChunk(exif: Uint8Array): Uint8Array[] {
  const orientation = orientationIn(exif);
  if (orientation === 1) return [];
  const body = concatenate([latin1('eXIf'), exifOf(orientation)]);
  const frame = new DataView(new ArrayBuffer(8));
  frame.setUint32(0, body.length - 4);
  frame.setUint32(4, crc32(body));
  return [new Uint8Array(frame.buffer, 0, 4), body, new Uint8Array(frame.buffer, 4, 4)];
}
