import { ByteReader, UncleanableImage } from './bytes.ts';

/**
 * Holds a segment that the decoder needs to its form (ITU-T T.81, B.2), so that no other text passes under its marker.
 * @throws UncleanableImage
 */
export function checkJpegTable(marker: number, body: Uint8Array): void {
  if (!hasForm(marker, new ByteReader(body))) throw new UncleanableImage('a table is not as the standard says');
}

function hasForm(marker: number, body: ByteReader): boolean {
  switch (marker) {
    case 0xc4:
      return isHuffmanTables(body);
    case 0xcc:
      return body.length % 2 === 0 && body.length <= 64;
    case 0xda:
      return body.length === 4 + 2 * body.u8(0);
    case 0xdb:
      return isQuantisationTables(body);
    case 0xdc:
    case 0xdd:
      return body.length === 2;
    case 0xc8:
    case 0xde:
    case 0xdf:
      // Extensions, and hierarchical images: nobody sends them.
      return false;
    default:
      return body.length === 6 + 3 * body.u8(5);
  }
}

function isHuffmanTables(body: ByteReader): boolean {
  let at = 0;
  while (at < body.length) {
    const counts = body.slice(at + 1, 16);
    at += 17 + counts.reduce((sum, count) => sum + count, 0);
  }
  return at === body.length;
}

function isQuantisationTables(body: ByteReader): boolean {
  let at = 0;
  while (at < body.length) at += body.u8(at) >> 4 === 0 ? 65 : 129;
  return at === body.length;
}
