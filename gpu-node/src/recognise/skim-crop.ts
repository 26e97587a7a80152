import type { RotatedRect } from '../geometry.ts';
import type { Engine } from '../inference/engine.ts';
import type { RgbPixels } from '../pixels.ts';
import { meanConfidence } from './text-line.ts';
import type { ReadWord } from './words.ts';

/** What the 8-bit network misreads is mostly what it doubts: one character below the first, or a mean below the second. */
const LEAST_CHARACTER = 0.5;
const LEAST_MEAN = 0.8;

/**
 * engine.crops.read in about two thirds of its time: the 8-bit network reads, and the exact one what that one doubts.
 * Without an 8-bit network, the exact one reads all.
 */
export async function skimCrop(
  pixels: RgbPixels,
  rect: RotatedRect,
  { skim, crops }: Pick<Engine, 'skim' | 'crops'>,
  signal: AbortSignal,
): Promise<ReadWord[]> {
  if (!skim) return crops.read(pixels, rect, signal);
  const read = await skim.read(pixels, rect, signal);
  return isDoubtful(read) ? crops.read(pixels, rect, signal) : read;
}

export function isDoubtful(words: readonly ReadWord[]): boolean {
  const characters = words.flatMap((word) => word.characters);
  if (characters.length === 0) return true;
  return meanConfidence(characters) < LEAST_MEAN || characters.some(({ confidence }) => confidence < LEAST_CHARACTER);
}
