import { type Box, boxesIn, onlyBox } from './boxes.ts';
import { ByteReader, latin1, SparseCopy, UncleanableImage } from './bytes.ts';
import { type ItemInfo, type ItemLocation, readItemInfos, readItemLocations } from './heif-items.ts';

/** Items that are pixels, or say how pixels are put together. Exif, XMP (mime), texts and links (uri) are not among them. */
const KEPT_ITEMS = ['hvc1', 'hev1', 'lhv1', 'av01', 'grid', 'iden', 'iovl', 'tmap'];
/** Properties of items, turning and mirroring among them; user descriptions and times are not. */
const KEPT_PROPERTIES = [
  ...['ispe', 'pixi', 'hvcC', 'lhvC', 'av1C', 'colr', 'irot', 'imir', 'clap', 'pasp', 'auxC', 'rloc', 'lsel', 'a1op'],
  ...['a1lx', 'clli', 'mdcv', 'cclv', 'amve', 'ndwt', 'reve'],
];
/** A sequence would be looked for behind these brands; only the still image stays. */
const STILL_BRANDS: Readonly<Record<string, string>> = { avis: 'avif', msf1: 'mif1', hevc: 'heic', hevx: 'heix' };
/** A box that is passed by, and an item of no known type. */
const NOTHING = latin1('free');

/**
 * A HEIC or AVIF in which only the still image is left: the boxes that describe it and the data of the items that are pixels.
 * Every other byte of the file is 0, and what held metadata is marked as free space. Nothing moves, so no offset has to change.
 * @throws UncleanableImage
 */
export function cleanHeif(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  const copy = new SparseCopy(reader);
  const boxes = boxesIn(reader, 0, reader.length);
  if (boxes[0]?.type !== 'ftyp') throw new UncleanableImage('it does not begin with its type');
  for (const box of boxes) keepHeader(copy, box, box.type === 'meta' || box.type === 'mdat' || box === boxes[0]);
  keepBrands(reader, copy, boxes[0]);
  keepMeta(
    reader,
    copy,
    onlyBox(boxes, 'meta'),
    boxes.filter(({ type }) => type === 'mdat'),
  );
  return copy.bytes;
}

/** Size and type of a box; what is not wanted becomes free space. */
function keepHeader(copy: SparseCopy, box: Box, isWanted: boolean): void {
  copy.keep(box.at, box.body - box.at);
  if (!isWanted) copy.write(box.at + 4, NOTHING);
}

function keepWhole(copy: SparseCopy, box: Box): void {
  copy.keep(box.at, box.end - box.at);
}

function keepBrands(reader: ByteReader, copy: SparseCopy, ftyp: Box): void {
  keepWhole(copy, ftyp);
  for (let at = ftyp.body; at + 4 <= ftyp.end; at += 4) {
    const still = STILL_BRANDS[reader.text(at, 4)];
    if (still) copy.write(at, latin1(still));
  }
}

const FULL_BOX_BYTES = 4;

function keepMeta(reader: ByteReader, copy: SparseCopy, meta: Box, data: readonly Box[]): void {
  copy.keep(meta.body, FULL_BOX_BYTES);
  const boxes = boxesIn(reader, meta.body + FULL_BOX_BYTES, meta.end);
  const items = readItemInfos(reader, onlyBox(boxes, 'iinf'));
  for (const box of boxes) {
    if (box.type === 'hdlr') keepHandler(copy, box);
    else if (box.type === 'pitm' || box.type === 'iloc' || box.type === 'iref') keepWhole(copy, box);
    else if (box.type === 'iinf') keepInfos(copy, box, items);
    else if (box.type === 'iprp') keepProperties(reader, copy, box);
    else keepHeader(copy, box, box.type === 'idat');
  }
  const kept = new Set(items.filter(({ type }) => KEPT_ITEMS.includes(type)).map(({ id }) => id));
  if (!kept.has(primaryItem(reader, onlyBox(boxes, 'pitm'))))
    throw new UncleanableImage('its image is of an unknown kind');
  const own = boxes.filter(({ type }) => type === 'idat');
  const locations = readItemLocations(reader, onlyBox(boxes, 'iloc'));
  if (new Set(locations.map(({ id }) => id)).size < locations.length) throw new UncleanableImage('an item lies twice');
  for (const location of locations.filter(({ id }) => kept.has(id))) {
    keepData(copy, location, location.base === 'file' ? data : own);
  }
  // Damaged pixels may reach into what has to go.
  for (const location of locations.filter(({ id }) => !kept.has(id))) {
    for (const { offset, length } of location.extents) copy.blank(startOf(location, own) + offset, length);
  }
}

/** The handler's type; the name after it may be anything. */
function keepHandler(copy: SparseCopy, hdlr: Box): void {
  keepHeader(copy, hdlr, true);
  copy.keep(hdlr.body, Math.min(FULL_BOX_BYTES + 20, hdlr.end - hdlr.body));
}

/** The entries of the items; an item that goes loses its type, and all lose their names. */
function keepInfos(copy: SparseCopy, iinf: Box, items: readonly ItemInfo[]): void {
  const first = items[0]?.box.at ?? iinf.end;
  copy.keep(iinf.at, first - iinf.at);
  for (const { type, box, typeAt } of items) {
    copy.keep(box.at, typeAt + 4 - box.at);
    if (!KEPT_ITEMS.includes(type)) copy.write(typeAt, NOTHING);
  }
}

function keepProperties(reader: ByteReader, copy: SparseCopy, iprp: Box): void {
  keepHeader(copy, iprp, true);
  for (const box of boxesIn(reader, iprp.body, iprp.end)) {
    if (box.type === 'ipma') keepWhole(copy, box);
    else keepHeader(copy, box, box.type === 'ipco');
    if (box.type !== 'ipco') continue;
    for (const property of boxesIn(reader, box.body, box.end)) {
      if (KEPT_PROPERTIES.includes(property.type)) keepWhole(copy, property);
      else keepHeader(copy, property, false);
    }
  }
}

function primaryItem(reader: ByteReader, pitm: Box): number {
  return reader.unsigned(pitm.body + FULL_BOX_BYTES, reader.u8(pitm.body) === 0 ? 2 : 4);
}

/** @param within the boxes where data may lie; an extent that reaches beyond them is not pixels. */
function keepData(copy: SparseCopy, location: ItemLocation, within: readonly Box[]): void {
  for (const { offset, length } of location.extents) {
    const at = startOf(location, within) + offset;
    const isWithin = length > 0 && within.some((box) => at >= box.body && at + length <= box.end);
    if (!isWithin) throw new UncleanableImage('an item lies outside the data');
    copy.keep(at, length);
  }
}

/** What offsets are counted from. */
function startOf({ base }: ItemLocation, [first]: readonly Box[]): number {
  return base === 'file' ? 0 : (first?.body ?? 0);
}
