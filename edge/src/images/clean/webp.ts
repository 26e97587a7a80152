import { ByteReader, checkParts, concatenate, latin1, UncleanableImage } from './bytes.ts';
import { exifOf, orientationIn } from './orientation.ts';

const RIFF_HEADER_BYTES = 12;
const FRAME_HEADER_BYTES = 16;
const FLAG = { xmp: 0x04, exif: 0x08 } as const;
const PIXELS = ['VP8 ', 'VP8L', 'ALPH'];
const KEPT = [...PIXELS, 'VP8X', 'ICCP', 'ANIM', 'ANMF'];

/**
 * A WebP of the chunks that its pixels need, and an EXIF chunk with the orientation alone if it is not upright.
 * @throws UncleanableImage
 */
export function cleanWebp(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes, true);
  const chunks = chunksOf(reader, RIFF_HEADER_BYTES, 8 + reader.u32(4));
  const exif = chunks.find(({ type }) => type === 'EXIF');
  const orientation = exif ? orientationIn(exif.data) : 1;
  // Only the extended form, whose header has flags, may carry Exif.
  const keepsTurn = orientation !== 1 && chunks.some(({ type }) => type === 'VP8X');
  const kept = chunks.filter(({ type }) => KEPT.includes(type)).map((chunk) => cleanChunk(chunk, keepsTurn));
  if (!chunks.some(({ type }) => type === 'VP8 ' || type === 'VP8L' || type === 'ANMF')) {
    throw new UncleanableImage('it has no pixels');
  }
  const body = concatenate([...kept, ...(keepsTurn ? [chunkWith('EXIF', exifOf(orientation))] : [])]);
  return concatenate([latin1('RIFF'), uint32(body.length + 4), latin1('WEBP'), body]);
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

function chunksOf(reader: ByteReader, from: number, end: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = from; at < end; ) {
    const length = reader.u32(at + 4);
    if (at + 8 + length > end) throw new UncleanableImage('a chunk is longer than the file');
    checkParts(chunks.push({ type: reader.text(at, 4), data: reader.slice(at + 8, length) }));
    at += 8 + length + (length % 2);
  }
  return chunks;
}

function cleanChunk({ type, data }: Chunk, keepsTurn: boolean): Uint8Array {
  if (type === 'ANMF') return chunkWith(type, cleanFrame(data));
  if (type !== 'VP8X') return chunkWith(type, data);
  const header = new Uint8Array(new ByteReader(data).slice(0, 10));
  header[0] = (header[0]! & ~(FLAG.xmp | FLAG.exif)) | (keepsTurn ? FLAG.exif : 0);
  return chunkWith(type, header);
}

/** A frame of an animation has chunks of its own, and may carry unknown ones. */
function cleanFrame(data: Uint8Array): Uint8Array {
  const reader = new ByteReader(data, true);
  const kept = chunksOf(reader, FRAME_HEADER_BYTES, data.length).filter(({ type }) => PIXELS.includes(type));
  return concatenate([reader.slice(0, FRAME_HEADER_BYTES), ...kept.map((chunk) => chunkWith(chunk.type, chunk.data))]);
}

function chunkWith(type: string, data: Uint8Array): Uint8Array {
  return concatenate([latin1(type), uint32(data.length), data, new Uint8Array(data.length % 2)]);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
