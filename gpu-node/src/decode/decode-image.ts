import { OcrError } from '@edge-ocr/shared/errors';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { type PageImage, pixelRoom, type Region, type RgbPixels, type Size } from '../pixels.ts';
import { checkDimensions, type ImageLimits } from './image-limits.ts';

// Decoded images are used once; libvips' operation cache would only hold memory.
sharp.cache(false);

/** What a file's header says. */
export interface ImageHeader {
  /** Stored width and height, before any EXIF turn. */
  readonly width: number;
  readonly height: number;
  /** Frames or pages in the file. */
  readonly frames: number;
}

/** A page of a file that has several. */
export interface FilePage {
  readonly bytes: Uint8Array;
  /** From 0. */
  readonly page: number;
}

/** An image file, of which the first page is meant, one of its pages, or the upright pixels that another decoder has made of one. */
export type ImageSource = Uint8Array | FilePage | RgbPixels;

/**
 * Read a header and check it: nothing of the image is decoded yet.
 * @throws OcrError INVALID_IMAGE, IMAGE_TOO_LARGE or LOW_QUALITY.
 */
export async function inspectImage(file: Uint8Array | FilePage, limits: ImageLimits): Promise<ImageHeader> {
  const { width, height, pages = 1 } = await readHeader(file);
  checkDimensions(width, height, limits);
  return { width, height, frames: pages };
}

/**
 * Decode an image that was inspected into the upright page that all later stages share: EXIF orientation applied,
 * transparency laid on white, 16 bit, grey and CMYK turned into 8-bit sRGB, all metadata dropped.
 * Images larger than `maxWorkingSide` are scaled down while they are
 * decoded (JPEG by libjpeg itself).
 * @param memory for the pixels, see pixelBytes.
 * @throws OcrError INVALID_IMAGE, or TIMEOUT when decoding takes too long.
 */
export async function decodeImage(
  source: ImageSource,
  limits: ImageLimits,
  maxWorkingSide: number,
  memory?: SharedArrayBuffer,
): Promise<PageImage> {
  const upright = isPixels(source) ? source : (await readHeader(source)).autoOrient;
  const { data, info } = await decode(
    open(source, limits)
      .autoOrient()
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .resize({ width: maxWorkingSide, height: maxWorkingSide, fit: 'inside', withoutEnlargement: true }),
    limits,
  );
  return {
    pixels: toShared(data, info, memory),
    originalWidth: upright.width,
    originalHeight: upright.height,
  };
}

/**
 * Decode one part of an image again, for more pixels than its page has.
 * @param region in pixels of the upright original.
 * @param size to which the part is scaled.
 * @throws OcrError INVALID_IMAGE, or TIMEOUT when decoding takes too long.
 */
export async function decodeRegion(
  source: ImageSource,
  limits: ImageLimits,
  region: Region,
  size: Size,
  memory?: SharedArrayBuffer,
): Promise<RgbPixels> {
  const { data, info } = await decode(
    open(source, limits)
      .autoOrient()
      .extract({ ...region })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .resize({ ...size, fit: 'fill' }),
    limits,
  );
  return toShared(data, info, memory);
}

/** Bytes that the page of an image takes when it is decoded with this side at most. */
export function pixelBytes({ width, height }: Size, maxWorkingSide: number): number {
  const scale = Math.min(1, maxWorkingSide / Math.max(width, height));
  return 3 * Math.ceil(width * scale) * Math.ceil(height * scale);
}

/** Scale pixels to exactly width × height, with a filter that does not alias. */
export async function resizePixels(image: RgbPixels, width: number, height: number): Promise<Uint8Array> {
  if (image.width === width && image.height === height) return image.data;
  const raw = { width: image.width, height: image.height, channels: 3 as const };
  return sharp(image.data, { raw }).resize(width, height, { fit: 'fill', kernel: 'cubic' }).raw().toBuffer();
}

async function readHeader(file: Uint8Array | FilePage): Promise<Metadata> {
  const { bytes, page } = pageOf(file);
  try {
    // The pixel limit is ours to check: sharp would refuse with a text of its own.
    return await sharp(bytes, { page, limitInputPixels: false, failOn: 'error' }).metadata();
  } catch (cause) {
    throw new OcrError('INVALID_IMAGE', { cause });
  }
}

function pageOf(file: Uint8Array | FilePage): FilePage {
  return 'bytes' in file ? file : { bytes: file, page: 0 };
}

function isPixels(source: ImageSource): source is RgbPixels {
  return 'data' in source;
}

function open(source: ImageSource, limits: ImageLimits): Sharp {
  if (isPixels(source)) {
    const { data, width, height } = source;
    return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: limits.maxPixels });
  }
  // 'error' refuses truncated and corrupt data but lets harmless warnings of old cameras and scanners pass.
  const { bytes, page } = pageOf(source);
  return sharp(bytes, { page, limitInputPixels: limits.maxPixels, failOn: 'error', sequentialRead: true });
}

async function decode(image: Sharp, limits: ImageLimits) {
  try {
    return await image
      .timeout({ seconds: limits.decodeTimeoutSeconds })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  } catch (cause) {
    // libvips names its time limit in the message alone; a busy moment must not pass for a damaged image.
    const isLate = cause instanceof Error && cause.message.startsWith('timeout');
    throw new OcrError(isLate ? 'TIMEOUT' : 'INVALID_IMAGE', { cause });
  }
}

function toShared(data: Uint8Array, { width, height }: Size, memory?: SharedArrayBuffer): RgbPixels {
  const room = pixelRoom(data.byteLength, memory);
  room.set(data);
  return { data: room, width, height };
}
