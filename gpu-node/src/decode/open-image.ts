import type { ImageFormat } from '@edge-ocr/shared/image-format';
import type { EngineConfig } from '../config.ts';
import type { Engine } from '../inference/engine.ts';
import { type ImageSource, pixelBytes } from './decode-image.ts';
import type { DocumentPages, OpenPage } from './document-pages.ts';
import type { ImageLimits } from './image-limits.ts';

/** An image that sharp decodes. A TIFF may be a document of pages; what else has several frames is a film or a choice. */
export async function openImage(bytes: Uint8Array, format: ImageFormat, engine: Engine): Promise<DocumentPages> {
  const limits = imageLimits(engine.config, format);
  const first = await engine.stages.run('inspect', { file: bytes, limits });
  const pageCount = format === 'tiff' ? Math.min(first.frames, engine.config.MAX_PAGES) : 1;
  return {
    pageCount,
    warnings: [...unreadPages(first.frames, pageCount)],
    async openPage(index) {
      const source = { bytes, page: index };
      const header = index === 0 ? first : await engine.stages.run('inspect', { file: source, limits });
      return {
        size: header,
        decode: async (memory) => ({
          image: await engine.stages.run('decode', {
            source,
            limits,
            maxWorkingSide: engine.config.WORKING_SIDE,
            memory: memory.take(pixelBytes(header, engine.config.WORKING_SIDE)),
          }),
          words: null,
          decodePart: partOf(source, limits, engine, memory),
        }),
      };
    },
  };
}

/** Decode parts of a source again, scaled to a size. */
export function partOf(
  source: ImageSource,
  limits: ImageLimits,
  { stages }: Engine,
  memory: Parameters<OpenPage['decode']>[0],
): Awaited<ReturnType<OpenPage['decode']>>['decodePart'] {
  return (region, size) =>
    stages.run('decodePart', { source, limits, region, size, memory: memory.take(3 * size.width * size.height) });
}

export function imageLimits(config: EngineConfig, format: ImageFormat): ImageLimits {
  return {
    maxPixels: format === 'jpeg' ? config.MAX_JPEG_PIXELS : config.MAX_IMAGE_PIXELS,
    maxSide: config.MAX_IMAGE_SIDE,
    minSide: config.MIN_IMAGE_SIDE,
    maxAspectRatio: config.MAX_ASPECT_RATIO,
    decodeTimeoutSeconds: config.DECODE_TIMEOUT_SECONDS,
  };
}

/** A warning where a file has more pages or frames than are read. */
export function unreadPages(inFile: number, read: number): string[] {
  if (inFile <= read) return [];
  return [
    `Only the first ${read === 1 ? '' : `${read} `}of ${inFile} pages or frames ${read === 1 ? 'was' : 'were'} read`,
  ];
}
