import type { LineReading } from './engines/line-reading.ts';
import { secondBox, surer } from './enhance/second-reading.ts';
import type { RotatedRect } from './geometry.ts';
import type { PageImage } from './pixels.ts';
import { cropWidth, uprightRect } from './recognise/crop.ts';
import type { RecognisedLine } from './recognise/text-line.ts';

/**
 * Read the text in each rectangle of a page. Every line goes its own way, so that no core waits for the last one of a
 * round; they share batches all the same.
 * @returns one entry a rectangle, in its order; null where nothing was read.
 */
export async function readLines(
  page: PageImage,
  rects: readonly RotatedRect[],
  reading: LineReading,
  signal: AbortSignal,
): Promise<(RecognisedLine | null)[]> {
  const lines = new Array<RecognisedLine | null>(rects.length).fill(null);
  // Narrowest first, as batches are made.
  const order = rects.map((rect, index) => ({ rect, index, width: cropWidth(uprightRect(rect)) }));
  order.sort((a, b) => a.width - b.width);
  await Promise.all(
    order.map(async ({ rect, index }) => {
      lines[index] = await readLine(page, rect, reading, signal);
    }),
  );
  return reading.readAgain(page, rects.map(uprightRect), lines, signal);
}

/** Once, and once more where another crop may read better. */
async function readLine(
  page: PageImage,
  rect: RotatedRect,
  reading: LineReading,
  signal: AbortSignal,
): Promise<RecognisedLine | null> {
  const upright = uprightRect(rect);
  const first = await reading.readLine(page, upright, { signal, effort: 'skim' });
  const second = secondBox(rect, upright, first);
  return second ? surer(first, await reading.readLine(page, second, { signal, effort: 'exact' })) : first;
}
