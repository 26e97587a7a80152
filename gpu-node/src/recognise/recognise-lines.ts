import type { RotatedRect } from '../geometry.ts';
import type { Engine } from '../inference/engine.ts';
import type { PageImage } from '../pixels.ts';
import { uprightRect } from './crop.ts';
import { type RecognisedLine, textLine } from './text-line.ts';

/**
 * Read the text in each rectangle of a page.
 * @returns one entry a rectangle, in its order; null where nothing was read.
 */
export async function recogniseLines(
  page: PageImage,
  rects: readonly RotatedRect[],
  engine: Engine,
  signal: AbortSignal,
): Promise<(RecognisedLine | null)[]> {
  const upright = rects.map(uprightRect);
  const read = await engine.crops.read(page.pixels, upright, signal);
  signal.throwIfAborted();
  return upright.map((rect, i) => textLine(read[i]!, rect));
}
