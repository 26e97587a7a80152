import { ByteReader, checkParts, SparseCopy, UncleanableImage } from './bytes.ts';
import { hasJpegMetadata } from './jpeg.ts';

const MAX_PAGES = 1000;
const ASCII = 2;
/** Bytes of a value by its type (TIFF 6.0, section 2, and BigTIFF). */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};
const TAG = {
  compression: 259,
  stripOffsets: 273,
  stripByteCounts: 279,
  tileOffsets: 324,
  tileByteCounts: 325,
} as const;
/** What pixels, their colours and their orientation need. Names, times, places, Exif, XMP and IPTC are not among them. */
const KEPT = new Set<number>([
  ...[254, 255, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 290, 291, 292, 293],
  ...[296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 334, 336, 338, 339, 340, 341, 342, 347],
  ...[529, 530, 531, 532, 34_675],
]);
const OLD_JPEG = 6;
const JPEG = 7;

/** Where classic TIFF and BigTIFF differ. */
interface Layout {
  readonly offsetBytes: 4 | 8;
  readonly countBytes: 2 | 8;
  readonly entryBytes: 12 | 20;
}
const CLASSIC: Layout = { offsetBytes: 4, countBytes: 2, entryBytes: 12 };
const BIG: Layout = { offsetBytes: 8, countBytes: 8, entryBytes: 20 };

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where its values lie. */
  readonly valueAt: number;
  readonly whole: Uint8Array;
}

/**
 * A TIFF in which only the wanted tags, what they point at, and the pixels are left; every other byte of the file is 0. Nothing
 * moves, so no offset has to change.
 * @throws UncleanableImage
 */
export function cleanTiff(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes, bytes[0] === 0x49);
  const copy = new SparseCopy(reader);
  const layout = reader.u16(2) === 43 ? BIG : CLASSIC;
  if (layout === CLASSIC && reader.u16(2) !== 42) throw new UncleanableImage('it does not begin like a TIFF');
  const headerBytes = layout === BIG ? 16 : 8;
  copy.keep(0, headerBytes);
  let next = reader.unsigned(headerBytes - layout.offsetBytes, layout.offsetBytes);
  const seen = new Set<number>();
  while (next !== 0) {
    if (seen.has(next) || seen.size >= MAX_PAGES) throw new UncleanableImage('its pages do not end');
    seen.add(next);
    next = keepPage(reader, copy, layout, next);
  }
  if (seen.size === 0) throw new UncleanableImage('it has no page');
  return copy.bytes;
}

/** @returns where the next page's directory is, 0 for none. */
function keepPage(reader: ByteReader, copy: SparseCopy, layout: Layout, at: number): number {
  const count = reader.unsigned(at, layout.countBytes);
  checkParts(count);
  const first = at + layout.countBytes;
  const nextAt = first + count * layout.entryBytes;
  const next = reader.unsigned(nextAt, layout.offsetBytes);
  const entries = Array.from({ length: count }, (_, i) => readEntry(reader, layout, first + i * layout.entryBytes));
  const kept = entries.filter(({ tag, type }) => KEPT.has(tag) && type !== ASCII);
  for (const entry of kept) keepValues(copy, layout, entry);
  keepPixels(reader, copy, kept);
  // The directory gets shorter: the entries that stay move up, and the way to the next page with them.
  copy.write(at, numberBytes(reader, kept.length, layout.countBytes));
  for (const [i, entry] of kept.entries()) copy.write(first + i * layout.entryBytes, entry.whole);
  copy.write(first + kept.length * layout.entryBytes, reader.slice(nextAt, layout.offsetBytes));
  return next;
}

function readEntry(reader: ByteReader, layout: Layout, at: number): Entry {
  const type = reader.u16(at + 2);
  const count = reader.unsigned(at + 4, layout.offsetBytes);
  const inlineAt = at + 4 + layout.offsetBytes;
  const isInline = (TYPE_BYTES[type] ?? 1) * count <= layout.offsetBytes;
  const valueAt = isInline ? inlineAt : reader.unsigned(inlineAt, layout.offsetBytes);
  return { tag: reader.u16(at), type, count, valueAt, whole: reader.slice(at, layout.entryBytes) };
}

function keepValues(copy: SparseCopy, layout: Layout, { type, count, valueAt }: Entry): void {
  const size = TYPE_BYTES[type];
  if (size === undefined) throw new UncleanableImage('a value has a type that nobody knows');
  if (size * count > layout.offsetBytes) copy.keep(valueAt, size * count);
}

function keepPixels(reader: ByteReader, copy: SparseCopy, entries: readonly Entry[]): void {
  const valuesOf = (tag: number) =>
    numbers(
      reader,
      entries.find((entry) => entry.tag === tag),
    );
  const [compression] = valuesOf(TAG.compression);
  if (compression === OLD_JPEG) throw new UncleanableImage('it holds JPEG in a way that was given up');
  for (const [offsetTag, sizeTag] of [
    [TAG.stripOffsets, TAG.stripByteCounts],
    [TAG.tileOffsets, TAG.tileByteCounts],
  ] as const) {
    const offsets = valuesOf(offsetTag);
    const sizes = valuesOf(sizeTag);
    if (offsets.length !== sizes.length) throw new UncleanableImage('its parts have no sizes');
    for (const [i, offset] of offsets.entries()) {
      const size = sizes[i]!;
      if (compression === JPEG && hasJpegMetadata(reader.slice(offset, size))) {
        throw new UncleanableImage('a JPEG in it has metadata of its own');
      }
      copy.keep(offset, size);
    }
  }
}

function numbers(reader: ByteReader, entry: Entry | undefined): number[] {
  if (!entry) return [];
  const size = TYPE_BYTES[entry.type] ?? 0;
  checkParts(entry.count);
  return Array.from({ length: entry.count }, (_, i) => reader.unsigned(entry.valueAt + i * size, size));
}

/** A number in the byte order of the file. */
function numberBytes(reader: ByteReader, value: number, size: 2 | 8): Uint8Array {
  const isLittleEndian = reader.u8(0) === 0x49;
  const view = new DataView(new ArrayBuffer(size));
  if (size === 2) view.setUint16(0, value, isLittleEndian);
  else view.setBigUint64(0, BigInt(value), isLittleEndian);
  return new Uint8Array(view.buffer);
}
