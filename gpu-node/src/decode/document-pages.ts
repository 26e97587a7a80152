import type { LayerWord } from '../pdf/layer-words.ts';
import type { PageImage, Region, RgbPixels, Size } from '../pixels.ts';
import type { PageMemory } from '../workers/pixel-memory.ts';

/** What a file holds, to be opened page by page so that few pages are in memory at a time. */
export interface DocumentPages {
  /** Pages that are to be read; there may be more in the file. */
  readonly pageCount: number;
  /** For a person: what is not read. */
  readonly warnings: readonly string[];
  /** @throws OcrError when the page is refused by its size. */
  openPage(index: number): Promise<OpenPage>;
}

export interface OpenPage {
  /** What decoding it takes at the most, in pixels. */
  readonly size: Size;
  /**
   * @param memory for its pixels.
   * @throws OcrError when the page is damaged or takes too long.
   */
  decode(memory: PageMemory): Promise<DecodedPage>;
}

export interface DecodedPage {
  readonly image: PageImage;
  /** What the file itself says that is written on the page, in pixels of `image.pixels`; null where it says nothing. */
  readonly words: readonly LayerWord[] | null;
  /** @param region in pixels of the original. */
  decodePart(region: Region, size: Size): Promise<RgbPixels>;
}
