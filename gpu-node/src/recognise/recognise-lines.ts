import type { RotatedRect } from '../geometry.ts';
import type { Engine } from '../inference/engine.ts';
import type { PageImage } from '../pixels.ts';
import { cropWidth } from './crop.ts';
import { joinLines } from './join-lines.ts';
import type { LinePart } from './split-line.ts';
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
  const lines = await splitLines(page, rects, engine);
  const parts = lines.flat();
  const read = await engine.crops.read(
    page.pixels,
    parts.map(({ rect }) => rect),
    signal,
  );
  const texts = new Map(parts.map((part, i) => [part, textLine(read[i]!, part.rect)]));
  return lines.map((line, i) =>
    joinLines(
      line.map((part) => ({ ...part, line: texts.get(part)! })),
      rects[i]!,
    ),
  );
}

/** The parts of each line; almost always the line itself, and then no thread is asked. */
async function splitLines(
  { pixels }: PageImage,
  rects: readonly RotatedRect[],
  { config, stages }: Engine,
): Promise<LinePart[][]> {
  const maxWidth = config.MAX_LINE_WIDTH;
  const long = rects.filter((rect) => cropWidth(rect) > maxWidth);
  const split = long.length > 0 ? await stages.run('splitLines', { pixels, rects: long, maxWidth }) : [];
  return rects.map((rect) => split[long.indexOf(rect)] ?? [{ rect, startsWord: true }]);
}
