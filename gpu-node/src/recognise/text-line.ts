import type { Polygon } from '@edge-ocr/shared/contract/result';
import type { Point, RotatedRect } from '../geometry.ts';
import { cropWidth } from './crop.ts';
import type { CtcCharacter } from './ctc.ts';
import type { ReadWord } from './words.ts';

/** Pixels of the crop that one time step stands for. */
const STEP_WIDTH = 8;

export interface RecognisedWord {
  readonly text: string;
  readonly confidence: number;
  readonly polygon: Polygon;
}

export interface RecognisedLine {
  readonly text: string;
  /** Mean over the line's characters. */
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
    confidence: meanConfidence(characters),
    polygon: stretchOf(rect, characters[0]!.start, characters.at(-1)!.end + 1),
  }));
  return {
    text: words.map((word) => word.text).join(' '),
    confidence: meanConfidence(read.flatMap((word) => word.characters)),
    polygon: rect.corners.map(toPair),
    words,
  };
}

export function meanConfidence(characters: readonly CtcCharacter[]): number {
  return Math.min(1, characters.reduce((sum, c) => sum + c.confidence, 0) / characters.length);
}

/** The part of a rectangle between two time steps. */
function stretchOf(rect: RotatedRect, fromStep: number, toStep: number): Polygon {
  const width = cropWidth(rect);
  const from = Math.min(1, (fromStep * STEP_WIDTH) / width);
  const to = Math.min(1, (toStep * STEP_WIDTH) / width);
  const [a, b, c, d] = rect.corners;
  return [between(a, b, from), between(a, b, to), between(d, c, to), between(d, c, from)].map(toPair);
}

function between(a: Point, b: Point, t: number): Point {
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}

function toPair({ x, y }: Point): [number, number] {
  return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
}
