import { type ImageFormat, sniffImageFormat } from '@edge-ocr/shared/image-format';
import { UncleanableImage } from './bytes.ts';
import { cleanGif } from './gif.ts';
import { cleanHeif } from './heif.ts';
import { cleanJpeg } from './jpeg.ts';
import { cleanPng } from './png.ts';
import { cleanTiff } from './tiff.ts';
import { cleanWebp } from './webp.ts';

/**
 * By format, what leaves of a file only its pixels, their colours and their orientation. Each keeps what it knows and drops the
 * rest, so that metadata of a kind that nobody thought of go too. A PDF stays as it is: it was written by a program, not taken
 * by a phone, and nothing can be left out of one without writing it anew.
 */
const CLEANERS: Record<ImageFormat, (bytes: Uint8Array) => Uint8Array> = {
  jpeg: cleanJpeg,
  png: cleanPng,
  webp: cleanWebp,
  gif: cleanGif,
  tiff: cleanTiff,
  avif: cleanHeif,
  heic: cleanHeif,
  pdf: (bytes) => bytes,
};

export interface CleanImage {
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
}

/**
 * An image without its metadata: no place, no time, no names. The pixels are the same, bit by bit. A PDF comes back as it is.
 * @throws UncleanableImage when the file is damaged, or of a format that cannot be cleaned.
 */
export function cleanImage(bytes: Uint8Array): CleanImage {
  const format = sniffImageFormat(bytes);
  const clean = format && CLEANERS[format];
  if (!clean) throw new UncleanableImage('it is of a format that cannot be cleaned');
  return { bytes: clean(bytes), format };
}
