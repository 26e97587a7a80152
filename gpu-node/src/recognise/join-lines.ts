import type { RotatedRect } from '../geometry.ts';
import { polygonOf, type RecognisedLine, type RecognisedWord } from './text-line.ts';

/** One part of a line as it was read; null where nothing was. */
export interface ReadPart {
  readonly line: RecognisedLine | null;
  /** False where its first word may be the end of the word before. */
  readonly startsWord: boolean;
}

/**
 * The parts of one line as one line.
 * @param rect of the whole line.
 * @returns null when nothing was read in any part.
 */
export function joinLines(parts: readonly ReadPart[], rect: RotatedRect): RecognisedLine | null {
  const read = parts.flatMap(({ line, startsWord }) => (line ? [{ line, startsWord }] : []));
  const [first, ...others] = read;
  if (!first) return null;
  if (others.length === 0 && parts.length === 1) return first.line;
  const words: RecognisedWord[] = [];
  for (const { line, startsWord } of read) {
    const [next, ...rest] = line.words;
    const before = startsWord ? undefined : words.pop();
    words.push(before ? joinWords(before, next!) : next!, ...rest);
  }
  return {
    text: words.map(({ text }) => text).join(' '),
    confidence: mean(read.map(({ line }) => ({ value: line.confidence, weight: line.text.length }))),
    polygon: polygonOf(rect),
    words,
  };
}

function joinWords(left: RecognisedWord, right: RecognisedWord): RecognisedWord {
  const [a, , , d] = left.polygon;
  const [, b, c] = right.polygon;
  return {
    text: left.text + right.text,
    confidence: mean([left, right].map(({ text, confidence }) => ({ value: confidence, weight: text.length }))),
    polygon: [a!, b!, c!, d!],
  };
}

function mean(values: readonly { value: number; weight: number }[]): number {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  return values.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
}
