import { ByteReader, checkParts, concatenate, latin1, UncleanableImage } from './bytes.ts';

const BLOCK = { extension: 0x21, image: 0x2c, trailer: 0x3b } as const;
const LABEL = { graphicControl: 0xf9, application: 0xff } as const;
const HEADER_BYTES = 13;
const DESCRIPTOR_BYTES = 10;

/**
 * A GIF of its frames, their timing and the number of repeats. Comments, texts and application blocks such as XMP go.
 * @throws UncleanableImage
 */
export function cleanGif(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  let at = HEADER_BYTES + paletteBytes(reader.u8(10));
  const kept = [reader.slice(0, at)];
  // Many are without the trailer, and every viewer shows them.
  while (at < reader.length && reader.u8(at) !== BLOCK.trailer) {
    const end = endOfBlock(reader, at);
    if (reader.u8(at) === BLOCK.image || reader.u8(at + 1) === LABEL.graphicControl)
      kept.push(reader.slice(at, end - at));
    else if (reader.u8(at + 1) === LABEL.application) kept.push(...repeats(reader, at));
    checkParts(kept.length);
    at = end;
  }
  return concatenate([...kept, Uint8Array.of(BLOCK.trailer)]);
}

function endOfBlock(reader: ByteReader, at: number): number {
  const kind = reader.u8(at);
  if (kind === BLOCK.image) {
    // Descriptor, palette, the LZW code size, then the pixels.
    return endOfSubBlocks(reader, at + DESCRIPTOR_BYTES + paletteBytes(reader.u8(at + 9)) + 1);
  }
  if (kind !== BLOCK.extension) throw new UncleanableImage('it has a block that nobody knows');
  const isOddControl =
    reader.u8(at + 1) === LABEL.graphicControl && (reader.u8(at + 2) !== 4 || reader.u8(at + 7) !== 0);
  if (isOddControl) throw new UncleanableImage('a control block is not as the standard says');
  return endOfSubBlocks(reader, at + 2);
}

function endOfSubBlocks(reader: ByteReader, from: number): number {
  let at = from;
  for (let size = reader.u8(at); size > 0; size = reader.u8(at)) at += size + 1;
  return at + 1;
}

/** The number of repeats, written anew: the block that says it could say more. */
function repeats(reader: ByteReader, at: number): Uint8Array[] {
  const isLoop = reader.u8(at + 2) === 11 && ['NETSCAPE2.0', 'ANIMEXTS1.0'].includes(reader.text(at + 3, 11));
  if (!isLoop || reader.u8(at + 14) !== 3 || reader.u8(at + 15) !== 1) return [];
  const head = Uint8Array.of(BLOCK.extension, LABEL.application, 11);
  return [head, latin1('NETSCAPE2.0'), reader.slice(at + 14, 4), Uint8Array.of(0)];
}

/** @param flags of the screen or of an image. */
function paletteBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
