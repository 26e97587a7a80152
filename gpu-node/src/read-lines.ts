import { secondBox, surer } from './enhance/second-reading.ts';
import type { RotatedRect } from './geometry.ts';
import type { Engine } from './inference/engine.ts';
import type { PageImage } from './pixels.ts';
import { uprightRect } from './recognise/crop.ts';
import { recogniseLines } from './recognise/recognise-lines.ts';
import type { RecognisedLine } from './recognise/text-line.ts';

/**
 * Read the text in each rectangle of a page: once, and once more where another crop may read better.
 * @returns one entry a rectangle, in its order; null where nothing was read.
 */
export async function readLines(
  page: PageImage,
  rects: readonly RotatedRect[],
  engine: Engine,
  signal: AbortSignal,
): Promise<(RecognisedLine | null)[]> {
  const upright = rects.map(uprightRect);
  const first = await recogniseLines(page, upright, engine, signal);
  const again = rects.flatMap((rect, index) => {
    const box = secondBox(rect, upright[index]!, first[index]!);
    return box ? [{ index, box }] : [];
  });
  const boxes = again.map(({ box }) => box);
  const second = await recogniseLines(page, boxes, engine, signal);
  const best = [...first];
  for (const [i, { index }] of again.entries()) best[index] = surer(first[index]!, second[i]!);
  return best;
}
