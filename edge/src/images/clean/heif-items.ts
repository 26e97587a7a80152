import { type Box, boxesIn } from './boxes.ts';
import { type ByteReader, checkParts, UncleanableImage } from './bytes.ts';

/** Where a part of an item's data lies. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

export interface ItemLocation {
  readonly id: number;
  /** Of the file, or of the box idat. */
  readonly base: 'file' | 'idat';
  readonly extents: readonly Extent[];
}

export interface ItemInfo {
  readonly id: number;
  readonly type: string;
  /** Its entry in the list of items. */
  readonly box: Box;
  /** Where its type stands; name and content type follow. */
  readonly typeAt: number;
}

/** The box iinf: what items there are. @throws UncleanableImage */
export function readItemInfos(reader: ByteReader, iinf: Box): ItemInfo[] {
  const isLong = reader.u8(iinf.body) > 0;
  return boxesIn(reader, iinf.body + 4 + (isLong ? 4 : 2), iinf.end).map((box) => {
    const version = reader.u8(box.body);
    if (box.type !== 'infe' || version < 2 || version > 3) throw new UncleanableImage('an item has no type');
    const idBytes = version === 2 ? 2 : 4;
    const typeAt = box.body + 4 + idBytes + 2;
    if (typeAt + 4 > box.end) throw new UncleanableImage('an item has no type');
    return { id: reader.unsigned(box.body + 4, idBytes), type: reader.text(typeAt, 4), box, typeAt };
  });
}

/** The box iloc: where their data lie (ISO/IEC 14496-12, 8.11.3). @throws UncleanableImage */
export function readItemLocations(reader: ByteReader, iloc: Box): ItemLocation[] {
  const version = reader.u8(iloc.body);
  if (version > 2) throw new UncleanableImage('its list of places has a version that nobody knows');
  let at = iloc.body + 4;
  const take = (size: number) => {
    at += size;
    if (at > iloc.end) throw new UncleanableImage('its list of places is cut off');
    return reader.unsigned(at - size, size);
  };
  const sizes = take(2);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexSize = version === 0 ? 0 : sizes & 15;
  const idSize = version === 2 ? 4 : 2;
  const count = take(idSize);
  checkParts(count);
  return Array.from({ length: count }, () => {
    const id = take(idSize);
    const method = version === 0 ? 0 : take(2) & 15;
    const isElsewhere = take(2) !== 0;
    if (method > 1 || isElsewhere) throw new UncleanableImage('an item lies where we cannot see it');
    const base = take(baseSize);
    const extents = Array.from({ length: take(2) }, () => {
      take(indexSize);
      return { offset: base + take(offsetSize), length: take(lengthSize) };
    });
    return { id, base: method === 0 ? ('file' as const) : ('idat' as const), extents };
  });
}
