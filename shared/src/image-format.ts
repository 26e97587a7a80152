/** What a file is, told by its first bytes; a client's file name and Content-Type are not believed. */

export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif', 'heic', 'pdf'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** What this version can read; the others of IMAGE_FORMATS are recognised in order to say so. */
export const SUPPORTED_FORMATS: readonly ImageFormat[] = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif', 'heic', 'pdf'];

export const MEDIA_TYPES: Record<ImageFormat, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tiff: 'image/tiff',
  gif: 'image/gif',
  avif: 'image/avif',
  heic: 'image/heic',
  pdf: 'application/pdf',
};

/** Other media types that clients give such a file; `heif` is the family that `heic` belongs to. */
export const OTHER_MEDIA_TYPES: readonly string[] = ['image/heif'];

/** ISO/IEC 23000-22 and 23008-12: HEVC in its profiles, single images and sequences. */
const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs'];
const AVIF_BRANDS = ['avif', 'avis'];
/** Files of either codec. */
const FAMILY_BRANDS = ['mif1', 'msf1'];

/** @returns the format, or null when the bytes are none of IMAGE_FORMATS. At least 12 bytes are needed. */
export function sniffImageFormat(bytes: Uint8Array): ImageFormat | null {
  const ascii = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  const startsWith = (...prefix: number[]) => prefix.every((byte, i) => bytes[i] === byte);
  if (bytes.length < 12) return null;
  if (startsWith(0xff, 0xd8, 0xff)) return 'jpeg';
  if (startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp';
  if (startsWith(0x49, 0x49, 0x2a, 0x00) || startsWith(0x4d, 0x4d, 0x00, 0x2a)) return 'tiff';
  if (startsWith(0x49, 0x49, 0x2b, 0x00) || startsWith(0x4d, 0x4d, 0x00, 0x2b)) return 'tiff';
  if (ascii(0, 6) === 'GIF87a' || ascii(0, 6) === 'GIF89a') return 'gif';
  if (ascii(4, 8) !== 'ftyp') return isPdf(bytes) ? 'pdf' : null;
  return sniffBrands(
    Array.from({ length: Math.min(8, (bytes.length - 8) >> 2) }, (_, i) => ascii(8 + 4 * i, 12 + 4 * i)),
  );
}

/** Readers take a PDF that begins within so many bytes: mail and scanners put things before it (ISO 32000-1, annex H, note 13). */
const PDF_HEADER_WITHIN = 1024;

function isPdf(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, PDF_HEADER_WITHIN)).includes('%PDF-');
}

/** By the codec that the major brand names, or else one of those beside it: mif1 is the major brand of HEIC and AVIF alike. */
function sniffBrands(brands: readonly string[]): ImageFormat | null {
  const codec = brands.find((brand) => AVIF_BRANDS.includes(brand) || HEIC_BRANDS.includes(brand));
  if (codec) return AVIF_BRANDS.includes(codec) ? 'avif' : 'heic';
  return brands.some((brand) => FAMILY_BRANDS.includes(brand)) ? 'heic' : null;
}
