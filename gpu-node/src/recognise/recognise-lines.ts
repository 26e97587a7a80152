import type { RotatedRect } from '../geometry.ts';
import type { Engine } from '../inference/engine.ts';
import { bufferOf } from '../inference/tensor.ts';
import type { PageImage } from '../pixels.ts';
import { type Batch, planBatches } from './batches.ts';
import { cropWidth, uprightRect } from './crop.ts';
import type { CtcCharacter } from './ctc.ts';
import { type RecognisedLine, textLine } from './text-line.ts';

/** Empty pixels right of the widest crop of a batch: without them the last character is often lost. */
const CROP_PADDING = 32;

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
  const read = await readCharacters(page, upright, engine, signal);
  return upright.map((rect, i) => textLine(read[i]!, rect));
}

/** The characters in each rectangle, with their time steps; rectangles must already be upright. */
export async function readCharacters(
  page: PageImage,
  rects: readonly RotatedRect[],
  engine: Engine,
  signal: AbortSignal,
): Promise<CtcCharacter[][]> {
  const batches = planBatches(rects.map(cropWidth), {
    maxCrops: engine.config.BATCH_MAX_CROPS,
    maxTotalWidth: engine.config.BATCH_MAX_WIDTH,
    padding: CROP_PADDING,
  });
  const characters: CtcCharacter[][] = rects.map(() => []);
  // Batches are begun together: while one is in the network, the next is cut and the last is decoded.
  await Promise.all(
    batches.map(async (batch) => {
      const read = await recogniseBatch(page, rects, batch, engine, signal);
      for (const [i, index] of batch.indexes.entries()) characters[index] = read[i]!;
    }),
  );
  return characters;
}

async function recogniseBatch(
  page: PageImage,
  rects: readonly RotatedRect[],
  batch: Batch,
  { stages, inference }: Engine,
  signal: AbortSignal,
): Promise<CtcCharacter[][]> {
  const cut = { pixels: page.pixels, rects: batch.indexes.map((index) => rects[index]!), width: batch.width };
  signal.throwIfAborted();
  const crops = await stages.run('cutCrops', cut);
  signal.throwIfAborted();
  const probabilities = await inference.run('recognise', crops);
  return stages.run('characters', { probabilities }, [bufferOf(probabilities)]);
}
