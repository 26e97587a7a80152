import { ByteReader, concatenate, latin1, UncleanableImage } from './bytes.ts';

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const EXIF_IDENTIFIER = latin1('Exif\0\0');

/**
 * The orientation that a block of Exif asks for, 1 to 8.
 * @param exif a TIFF structure, with or without the identifier that JPEG puts before it.
 * @returns 1, which is upright, also for what is damaged: an image is not worth less for it.
 */
export function orientationIn(exif: Uint8Array): number {
  try {
    const identified = new ByteReader(exif).text(0, 6) === 'Exif\0\0';
    return orientationOfTiff(identified ? exif.subarray(EXIF_IDENTIFIER.length) : exif);
  } catch (error) {
    if (error instanceof UncleanableImage) return 1;
    throw error;
  }
}

function orientationOfTiff(tiff: Uint8Array): number {
  const reader = new ByteReader(tiff, tiff[0] === 0x49);
  const directory = reader.u32(4);
  const count = reader.u16(directory);
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i;
    if (reader.u16(entry) !== ORIENTATION_TAG) continue;
    const value = reader.u16(entry + 8);
    return reader.u16(entry + 2) === SHORT && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** A block of Exif that says the orientation and nothing else, as a TIFF structure. */
export function exifOf(orientation: number): Uint8Array {
  return Uint8Array.of(
    ...[0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8],
    ...[0, 1, ORIENTATION_TAG >> 8, ORIENTATION_TAG & 0xff, 0, SHORT, 0, 0, 0, 1, 0, orientation, 0, 0],
    ...[0, 0, 0, 0],
  );
}

/** `exifOf` as JPEG wants it. */
export function identifiedExifOf(orientation: number): Uint8Array {
  return concatenate([EXIF_IDENTIFIER, exifOf(orientation)]);
}
