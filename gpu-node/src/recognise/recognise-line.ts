import type { RotatedRect } from '../geometry.ts';
import type { Engine } from '../inference/engine.ts';
import type { PageImage } from '../pixels.ts';
import { cropWidth } from './crop.ts';
import { joinLines } from './join-lines.ts';
import { skimCrop } from './skim-crop.ts';
import type { LinePart } from './split-line.ts';
import { type RecognisedLine, textLine } from './text-line.ts';

/** What reading with the node's own recogniser needs. */
export type PaddleParts = Pick<Engine, 'config' | 'stages' | 'crops' | 'skim'>;

/**
 * Read the text in a rectangle of a page; its writing runs from the rectangle's first corner to its second.
 * @param effort to skim is faster where there is an 8-bit network, and reads again what that one doubts.
 * @returns null when nothing was read.
 */
export async function recogniseLine(
  page: PageImage,
  rect: RotatedRect,
  engine: PaddleParts,
  signal: AbortSignal,
  effort: 'exact' | 'skim' = 'exact',
): Promise<RecognisedLine | null> {
  const parts = await partsOf(page, rect, engine);
  const read = await Promise.all(
    parts.map(async (part) => {
      const words =
        effort === 'skim'
          ? await skimCrop(page.pixels, part.rect, engine, signal)
          : await engine.crops.read(page.pixels, part.rect, signal);
      return { line: textLine(words, part.rect), startsWord: part.startsWord };
    }),
  );
  return joinLines(read, rect);
}

/** Almost always the line itself, and then no thread is asked. */
function partsOf(
  { pixels }: PageImage,
  rect: RotatedRect,
  { config, stages }: PaddleParts,
): Promise<LinePart[]> | LinePart[] {
  const maxWidth = config.MAX_LINE_WIDTH;
  if (cropWidth(rect) <= maxWidth) return [{ rect, startsWord: true }];
  return stages.run('splitLine', { pixels, rect, maxWidth });
}
