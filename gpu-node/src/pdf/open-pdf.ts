import { OcrError } from '@edge-ocr/shared/errors';
import type { EngineConfig } from '../config.ts';
import type { DocumentPages } from '../decode/document-pages.ts';
import { checkDimensions } from '../decode/image-limits.ts';
import { imageLimits, unreadPages } from '../decode/open-image.ts';
import type { Engine } from '../inference/engine.ts';
import { pixelRoom, type RgbPixels } from '../pixels.ts';
import { sizeWithin } from './page-size.ts';
import type { PdfLimits } from './read-pdf.ts';

/** A PDF. Its pages have no pixels until they are given some: PDF_DPI an inch, fewer where they are too large for that. */
export async function openPdf(bytes: Uint8Array, engine: Engine, signal: AbortSignal): Promise<DocumentPages> {
  const { config, pdf } = engine;
  const limits = pdfLimits(config);
  const { pageCount, sizes } = await pdf.run('inspect', { bytes }, limits, signal);
  return {
    pageCount: sizes.length,
    warnings: unreadPages(pageCount, sizes.length),
    async openPage(index) {
      const original = sizes[index];
      if (!original) throw new OcrError('INVALID_IMAGE', { message: 'The page is damaged' });
      checkDimensions(original.width, original.height, imageLimits(config, 'pdf'));
      const size = sizeWithin(original, config.WORKING_SIDE);
      return {
        size,
        async decode(memory) {
          const page = await pdf.run('readPage', { bytes, index, size }, limits, signal);
          return {
            image: {
              pixels: toShared(page.pixels, memory.take(page.pixels.data.length)),
              originalWidth: original.width,
              originalHeight: original.height,
            },
            words: config.PDF_TEXT === 'auto' ? page.words : null,
            async decodePart(region, partSize) {
              const part = { pageSize: original, region, size: partSize };
              const pixels = await pdf.run('renderPart', { bytes, index, part }, limits, signal);
              return toShared(pixels, memory.take(pixels.data.length));
            },
          };
        },
      };
    },
  };
}

/**
 * Copied here, not written there: a thread that is ended may go on for a moment, and the memory be another request's by then.
 */
function toShared({ data, width, height }: RgbPixels, memory: SharedArrayBuffer): RgbPixels {
  const room = pixelRoom(data.length, memory);
  room.set(data);
  return { data: room, width, height };
}

function pdfLimits(config: EngineConfig): PdfLimits {
  return {
    dpi: config.PDF_DPI,
    maxPixels: config.MAX_IMAGE_PIXELS,
    maxSide: config.MAX_IMAGE_SIDE,
    maxMemoryBytes: config.PDF_MAX_MEMORY_BYTES,
    maxPages: config.MAX_PAGES,
    maxChars: config.PDF_MAX_CHARS,
    timeoutSeconds: config.PDF_TIMEOUT_SECONDS,
  };
}
