import { ByteReader, checkParts, concatenate, latin1, UncleanableImage } from './bytes.ts';
import { checkJpegTable } from './jpeg-tables.ts';
import { identifiedExifOf, orientationIn } from './orientation.ts';

const MARKER = { soi: 0xd8, eoi: 0xd9, sos: 0xda, app0: 0xe0, app1: 0xe1, app2: 0xe2, app14: 0xee } as const;
const SOI = Uint8Array.of(0xff, MARKER.soi);
const EOI = Uint8Array.of(0xff, MARKER.eoi);

/**
 * A JPEG of what its pixels need: tables, frames, scans, ICC profile, the Adobe segment that tells CMYK from YCCK, pixel density,
 * and an Exif block with the orientation alone if it is not upright. All other segments go, and so does whatever follows the
 * image: a motion photo's film, the other pictures of a multi-picture file.
 * @throws UncleanableImage
 */
export function cleanJpeg(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  if (reader.u16(0) !== 0xff00 + MARKER.soi) throw new UncleanableImage('it does not begin like a JPEG');
  const kept: Uint8Array[] = [];
  let jfif: Uint8Array[] = [];
  let exif: Uint8Array[] = [];
  let scans = 0;
  for (const segment of segmentsOf(reader)) {
    const { marker, body, whole } = segment;
    if (marker === MARKER.app0 && startsWith(body, 'JFIF\0') && body.length >= 12) jfif = [withoutThumbnail(body)];
    else if (marker === MARKER.app1 && startsWith(body, 'Exif\0\0') && exif.length === 0) exif = exifSegment(body);
    else if (marker === MARKER.app2 && startsWith(body, 'ICC_PROFILE\0')) kept.push(whole);
    else if (marker === MARKER.app14 && startsWith(body, 'Adobe') && body.length >= 12) {
      kept.push(segmentWith(marker, body.subarray(0, 12)));
    } else if (!isMetadata(marker)) kept.push(whole);
    checkParts(kept.length);
    if (marker === MARKER.sos) scans++;
  }
  if (scans === 0) throw new UncleanableImage('it has no scan');
  return concatenate([SOI, ...jfif, ...exif, ...kept, EOI]);
}

/** Whether a JPEG stream, which may be one inside another format, carries what `cleanJpeg` would take out. @throws UncleanableImage */
export function hasJpegMetadata(bytes: Uint8Array): boolean {
  for (const { marker } of segmentsOf(new ByteReader(bytes))) {
    if (isMetadata(marker) && marker !== MARKER.app0 && marker !== MARKER.app14) return true;
  }
  return false;
}

interface Segment {
  readonly marker: number;
  readonly body: Uint8Array;
  /** With its marker; a scan with its data. */
  readonly whole: Uint8Array;
}

/** The segments up to the end of the image. */
function* segmentsOf(reader: ByteReader): Generator<Segment> {
  let at = SOI.length;
  while (true) {
    if (reader.u8(at) !== 0xff) throw new UncleanableImage('there is something between its segments');
    while (reader.u8(at + 1) === 0xff) at++;
    const marker = reader.u8(at + 1);
    if (marker === MARKER.eoi) return;
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) throw new UncleanableImage('a marker stands alone');
    const length = reader.u16(at + 2);
    const body = reader.slice(at + 4, length - 2);
    if (!isMetadata(marker)) checkJpegTable(marker, body);
    const end = marker === MARKER.sos ? endOfScan(reader, at + 2 + length) : at + 2 + length;
    yield { marker, body, whole: reader.slice(at, end - at) };
    at = end;
  }
}

/** Where the next marker is: in a scan's data 0xff is followed by 0, or by the number of a restart. */
function endOfScan(reader: ByteReader, from: number): number {
  for (let at = from; ; at += 2) {
    at = reader.bytes.indexOf(0xff, at);
    if (at < 0) throw new UncleanableImage('its last scan does not end');
    const next = reader.u8(at + 1);
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
}

/** Application segments, comments, and what the standard keeps for itself. */
function isMetadata(marker: number): boolean {
  return marker >= MARKER.app0;
}

function startsWith(body: Uint8Array, text: string): boolean {
  return latin1(text).every((byte, i) => body[i] === byte);
}

function segmentWith(marker: number, body: Uint8Array): Uint8Array {
  const length = body.length + 2;
  return concatenate([Uint8Array.of(0xff, marker, length >> 8, length & 0xff), body]);
}

/** Version and pixel density; the thumbnail may show what was cut away from the image. */
function withoutThumbnail(body: Uint8Array): Uint8Array {
  return segmentWith(MARKER.app0, concatenate([body.subarray(0, 12), Uint8Array.of(0, 0)]));
}

function exifSegment(body: Uint8Array): Uint8Array[] {
  const orientation = orientationIn(body);
  return orientation === 1 ? [] : [segmentWith(MARKER.app1, identifiedExifOf(orientation))];
}
