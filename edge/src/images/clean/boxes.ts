import { type ByteReader, checkParts, UncleanableImage } from './bytes.ts';

/** A box of the ISO base media file format (ISO/IEC 14496-12, 4.2). Places are offsets in the file. */
export interface Box {
  readonly type: string;
  readonly at: number;
  /** Behind size and type. */
  readonly body: number;
  readonly end: number;
}

/** The boxes that lie one after the other from `from` to `end`. @throws UncleanableImage when they do not fill it. */
export function boxesIn(reader: ByteReader, from: number, end: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at < end; at = boxes.at(-1)!.end) {
    const box = readBox(reader, at, end);
    if (box.end > end || box.end < box.body) throw new UncleanableImage('a box is longer than what it lies in');
    checkParts(boxes.push(box));
  }
  return boxes;
}

function readBox(reader: ByteReader, at: number, end: number): Box {
  const size = reader.u32(at);
  const type = reader.text(at + 4, 4);
  if (size === 1) return { type, at, body: at + 16, end: at + reader.u64(at + 8) };
  return { type, at, body: at + 8, end: size === 0 ? end : at + size };
}

/** @throws UncleanableImage unless there is exactly one. */
export function onlyBox(boxes: readonly Box[], type: string): Box {
  const [box, ...more] = boxes.filter((candidate) => candidate.type === type);
  if (!box || more.length > 0) throw new UncleanableImage(`it has no box ${type}, or several`);
  return box;
}
