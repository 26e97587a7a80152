/** The only importer of libheif-js: HEIC photos, which sharp's own libvips cannot decode for want of an HEVC decoder. */
import { OcrError } from '@edge-ocr/shared/errors';
import createLibheif from 'libheif-js/libheif-wasm/libheif-bundle.js';
import type { RgbPixels } from '../pixels.ts';
import type { ImageHeader } from './decode-image.ts';
import { checkDimensions, type ImageLimits } from './image-limits.ts';

type Libheif = ReturnType<typeof createLibheif>;

/** Offsets in heif_security_limits (libheif/heif_security.h, version 4), both of 64 bits. */
const LIMIT_OFFSET = { imagePixels: 8, totalMemory: 64 } as const;
/** What the struct holds there before anybody changes it; anything else means that its layout did. */
const LIMIT_DEFAULT = { imagePixels: 2n ** 30n, totalMemory: 2n ** 32n } as const;
/** Coded planes, the tile in hand and the picture in RGB, with room for 16 bits a sample. */
const MEMORY_BYTES_PER_PIXEL = 16;
const MEMORY_BASE_BYTES = 64 * 1024 * 1024;
/** A coded picture is padded to whole blocks and may be cropped afterwards. */
const CODED_PIXELS_PER_PIXEL = 2;

/**
 * Read the header of a HEIC and check it: nothing of the image is decoded yet. Width and height are those of the upright primary
 * image, as libheif applies its turns.
 * @throws OcrError INVALID_IMAGE, IMAGE_TOO_LARGE or LOW_QUALITY.
 */
export async function inspectHeic(bytes: Uint8Array, limits: ImageLimits): Promise<ImageHeader> {
  const { header } = openPrimary(bytes, limits);
  checkDimensions(header.width, header.height, limits);
  return header;
}

/**
 * Decode the primary image of a HEIC that was inspected: upright 8-bit RGB, transparency laid on white.
 * The turn that the file itself asks for is applied, so that of its Exif must not be. The samples stay in the photo's own
 * colour space, mostly Display P3; for reading text that is near enough to sRGB.
 * Synchronous, and not to be interrupted: run it in a thread that can be ended.
 * @throws OcrError INVALID_IMAGE, IMAGE_TOO_LARGE or LOW_QUALITY.
 */
export async function decodeHeic(bytes: Uint8Array, limits: ImageLimits): Promise<RgbPixels> {
  const { libheif, handle, header } = openPrimary(bytes, limits);
  checkDimensions(header.width, header.height, limits);
  const hasAlpha = libheif.heif_image_handle_has_alpha_channel(handle) !== 0;
  const { heif_chroma_interleaved_RGBA: rgba, heif_chroma_interleaved_RGB: rgb } = libheif.heif_chroma;
  const decoded = guarded(() =>
    libheif.heif_js_decode_image2(handle, libheif.heif_colorspace.heif_colorspace_RGB, hasAlpha ? rgba : rgb),
  );
  if (!('channels' in decoded)) throw damaged(decoded.message);
  const [plane] = decoded.channels;
  if (!plane || plane.width !== header.width || plane.height !== header.height) throw damaged('no plane of its size');
  return toRgb(plane, hasAlpha ? 4 : 3);
}

/**
 * Every image gets a library of its own, which starts in about 10 ms: the memory of one never shrinks, and after a fault
 * inside it nothing about it can be relied on.
 */
function openPrimary(bytes: Uint8Array, limits: ImageLimits) {
  const libheif = createLibheif();
  limitLibrary(libheif, limits);
  const context = libheif.heif_context_alloc();
  const read = guarded(() => libheif.heif_context_read_from_memory(context, bytes));
  if (read.code !== libheif.heif_error_code.heif_error_Ok) throw damaged(read.message);
  const handle = guarded(() => libheif.heif_js_context_get_primary_image_handle(context));
  if ('code' in handle) throw damaged(handle.message);
  const header: ImageHeader = {
    width: libheif.heif_image_handle_get_width(handle),
    height: libheif.heif_image_handle_get_height(handle),
    frames: libheif.heif_context_get_number_of_top_level_images(context),
  };
  return { libheif, handle, header };
}

/** libheif takes its limits for every file from one struct, and its binding has no function that sets them. */
function limitLibrary(libheif: Libheif, limits: ImageLimits): void {
  const address = libheif._heif_get_global_security_limits();
  const memory = new DataView(libheif.HEAPU8.buffer);
  const set = (name: keyof typeof LIMIT_OFFSET, value: number) => {
    const at = address + LIMIT_OFFSET[name];
    if (memory.getBigUint64(at, true) !== LIMIT_DEFAULT[name])
      throw new Error('libheif has other limits than expected');
    memory.setBigUint64(at, BigInt(Math.round(value)), true);
  };
  set('imagePixels', limits.maxPixels * CODED_PIXELS_PER_PIXEL);
  set('totalMemory', limits.maxPixels * MEMORY_BYTES_PER_PIXEL + MEMORY_BASE_BYTES);
}

/** A fault inside the WASM, such as memory that ran out, is the image's doing: the library was fresh. */
function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new OcrError('INVALID_IMAGE', { cause });
  }
}

function damaged(cause: string): OcrError {
  return new OcrError('INVALID_IMAGE', { cause: new Error(cause.trim()) });
}

/** @param channels in the plane: 3, or 4 with transparency. */
function toRgb(
  { data, stride, width, height }: { data: Uint8Array; stride: number; width: number; height: number },
  channels: 3 | 4,
): RgbPixels {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * stride, y * stride + width * channels);
    const target = rgb.subarray(y * width * 3, (y + 1) * width * 3);
    if (channels === 3) target.set(row);
    else layOnWhite(row, target);
  }
  return { data: rgb, width, height };
}

function layOnWhite(rgba: Uint8Array, rgb: Uint8Array): void {
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = rgba[from + 3]! / 255;
    for (let c = 0; c < 3; c++) rgb[to + c] = Math.round(255 + (rgba[from + c]! - 255) * alpha);
  }
}
