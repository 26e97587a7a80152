import type { RotatedRect } from '../geometry.ts';
import type { Engine } from '../inference/engine.ts';
import type { PageImage } from '../pixels.ts';
import { type RecognisedLine, textLine } from './text-line.ts';

/**
 * Read the text in each rectangle of a page; its writing runs from the rectangle's first corner to its second.
 * @returns one entry a rectangle, in its order; null where nothing was read.
 */
export async function recogniseLines(
  page: PageImage,
  rects: readonly RotatedRect[],
  engine: Engine,
  signal: AbortSignal,
): Promise<(RecognisedLine | null)[]> {
  const read = await engine.crops.read(page.pixels, rects, signal);
  return rects.map((rect, i) => textLine(read[i]!, rect));
}
