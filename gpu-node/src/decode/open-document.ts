import { OcrError } from '@edge-ocr/shared/errors';
import { type ImageFormat, SUPPORTED_FORMATS, sniffImageFormat } from '@edge-ocr/shared/image-format';
import type { Engine } from '../inference/engine.ts';
import { openPdf } from '../pdf/open-pdf.ts';
import type { DocumentPages } from './document-pages.ts';
import { openHeic } from './open-heic.ts';
import { openImage } from './open-image.ts';

export interface OpenDocument extends DocumentPages {
  readonly format: ImageFormat;
}

/**
 * A file as pages, whatever its format: none of them is decoded yet.
 * @throws OcrError when it is none that can be read, or refused by what its header says.
 */
export async function openDocument(bytes: Uint8Array, engine: Engine, signal: AbortSignal): Promise<OpenDocument> {
  const format = supportedFormat(bytes);
  const pages = await openFormat(format, bytes, engine, signal);
  return { format, ...pages };
}

function openFormat(format: ImageFormat, bytes: Uint8Array, engine: Engine, signal: AbortSignal) {
  if (format === 'pdf') return openPdf(bytes, engine, signal);
  if (format === 'heic') return openHeic(bytes, engine, signal);
  return openImage(bytes, format, engine);
}

function supportedFormat(bytes: Uint8Array): ImageFormat {
  const format = sniffImageFormat(bytes);
  if (format === null) throw new OcrError('UNSUPPORTED_TYPE', { message: 'The file is neither an image nor a PDF' });
  if (SUPPORTED_FORMATS.includes(format)) return format;
  throw new OcrError('UNSUPPORTED_TYPE', {
    message: `${format.toUpperCase()} files are not supported yet`,
    details: { format },
  });
}
