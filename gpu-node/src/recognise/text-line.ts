import type { Polygon } from '@edge-ocr/shared/contract/result';
import { type RotatedRect, stretchOf } from '../geometry.ts';
import { cropWidth } from './crop.ts';
import type { CtcCharacter } from './ctc.ts';
import type { ReadWord } from './words.ts';

/** Pixels of the crop that one time step stands for. */
const STEP_WIDTH = 8;

export interface RecognisedWord {
  readonly text: string;
  /** The network's probability of the weakest character. */
  readonly confidence: number;
  readonly polygon: Polygon;
}

export interface RecognisedLine {
  readonly text: string;
  /** The network's own, mean over the line's characters: good for choosing between two readings, too sure to be told. */
  readonly confidence: number;
  readonly polygon: Polygon;
  readonly words: RecognisedWord[];
}

/**
 * Text, words and their places from the words of one crop.
 * @param rect the crop's rectangle; polygons are in its pixels.
 * @returns null when nothing was read.
 */
export function textLine(read: readonly ReadWord[], rect: RotatedRect): RecognisedLine | null {
  if (read.length === 0) return null;
  const words = read.map(({ text, characters }) => ({
    text,
    confidence: Math.min(1, ...characters.map((character) => character.confidence)),
    polygon: placeOf(rect, characters[0]!.start, characters.at(-1)!.end + 1),
  }));
  return {
    text: words.map((word) => word.text).join(' '),
    confidence: meanConfidence(read.flatMap((word) => word.characters)),
    polygon: polygonOf(rect),
    words,
  };
}

export function meanConfidence(characters: readonly CtcCharacter[]): number {
  return Math.min(1, characters.reduce((sum, c) => sum + c.confidence, 0) / characters.length);
}

/** Where the characters of two time steps and all between them stand. */
function placeOf(rect: RotatedRect, fromStep: number, toStep: number): Polygon {
  const width = cropWidth(rect);
  const share = (step: number) => Math.min(1, (step * STEP_WIDTH) / width);
  return polygonOf(stretchOf(rect, share(fromStep), share(toStep)));
}

/** To a tenth of a pixel. */
export function polygonOf({ corners }: RotatedRect): Polygon {
  return corners.map(({ x, y }): [number, number] => [Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
}
