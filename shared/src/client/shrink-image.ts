/** Large photos made smaller before they are sent, where the platform can draw. */
import { sniffImageFormat } from '../image-format.ts';
import { type Bitmap, platform } from './platform.ts';

export interface ShrinkOptions {
  /** Longest side in pixels. 3,000 by default: what a camera of 12 megapixels sees of a receipt stays readable. */
  readonly maxSide: number;
  /** But the shortest side keeps so many, so that a long strip of paper does not become a thread. 1,500 by default. */
  readonly minShortSide: number;
  /** Of the JPEG, 0 to 1. 0.9 by default. */
  readonly quality: number;
}

export const DEFAULT_SHRINK: ShrinkOptions = { maxSide: 3000, minShortSide: 1500, quality: 0.9 };

/** PDF and TIFF have pages, GIF frames, HEIC cannot be drawn in most places: those go as they are. */
const SHRINKABLE: readonly unknown[] = ['jpeg', 'png', 'webp', 'avif'];

/**
 * The image as a smaller JPEG, upright; the bytes as they came where that is not possible or saves nothing.
 * Polygons of the result are in pixels of what was sent: take them in relation to its `pages`.
 */
export async function shrinkImage(
  bytes: Uint8Array<ArrayBuffer>,
  options: Partial<ShrinkOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  if (!platform.createImageBitmap || !platform.OffscreenCanvas) return bytes;
  if (!SHRINKABLE.includes(sniffImageFormat(bytes))) return bytes;
  const bitmap = await platform
    .createImageBitmap(new Blob([bytes]), { imageOrientation: 'from-image' })
    // The service says better than a browser what is wrong with an image.
    .catch(() => null);
  if (!bitmap) return bytes;
  try {
    const smaller = await drawSmaller(bitmap, { ...DEFAULT_SHRINK, ...options });
    return smaller && smaller.byteLength < bytes.byteLength ? smaller : bytes;
  } finally {
    bitmap.close();
  }
}

/** What both sides are multiplied by; 1: the image is small enough. */
export function shrinkFactor(width: number, height: number, { maxSide, minShortSide }: ShrinkOptions): number {
  const bound = maxSide / Math.max(width, height);
  const floor = minShortSide / Math.min(width, height);
  return Math.min(1, Math.max(bound, floor));
}

async function drawSmaller(bitmap: Bitmap, options: ShrinkOptions): Promise<Uint8Array<ArrayBuffer> | null> {
  const factor = shrinkFactor(bitmap.width, bitmap.height, options);
  if (factor === 1) return null;
  const [width, height] = [Math.round(bitmap.width * factor), Math.round(bitmap.height * factor)];
  const canvas = new platform.OffscreenCanvas!(width, height);
  const context = canvas.getContext('2d');
  if (!context) return null;
  // JPEG has no transparency, and would have black in its place.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: options.quality });
  return new Uint8Array(await blob.arrayBuffer());
}
