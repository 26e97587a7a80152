import type { Engine } from '../inference/engine.ts';
import { pixelBytes } from './decode-image.ts';
import type { DocumentPages } from './document-pages.ts';
import { imageLimits, partOf, unreadPages } from './open-image.ts';

/** A HEIC, of which the primary image is read. */
export async function openHeic(bytes: Uint8Array, engine: Engine, signal: AbortSignal): Promise<DocumentPages> {
  const limits = imageLimits(engine.config, 'heic');
  const header = await engine.heic.inspect(bytes, limits, signal);
  return {
    pageCount: 1,
    warnings: unreadPages(header.frames, 1),
    openPage: async () => ({
      size: header,
      async decode(memory) {
        // It is decoded once, and what is asked of the image later is asked of its pixels.
        const source = await engine.heic.decode(bytes, limits, signal);
        const maxWorkingSide = engine.config.WORKING_SIDE;
        const room = memory.take(pixelBytes(header, maxWorkingSide));
        const image = await engine.stages.run('decode', { source, limits, maxWorkingSide, memory: room });
        return { image, words: null, decodePart: partOf(source, limits, engine, memory) };
      },
    }),
  };
}
