import type { RotatedRect } from '../geometry.ts';
import { polygonOf, type RecognisedLine, type RecognisedWord } from './text-line.ts';
import { meanOverCharacters } from './word-confidence.ts';

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
    confidence: meanOverCharacters(
      read.map(({ line }) => line),
      read.map(({ line }) => line.confidence),
    ),
    polygon: polygonOf(rect),
    words,
  };
}

function joinWords(left: RecognisedWord, right: RecognisedWord): RecognisedWord {
  const [a, , , d] = left.polygon;
  const [, b, c] = right.polygon;
  return {
    text: left.text + right.text,
    confidence: Math.min(left.confidence, right.confidence),
    polygon: [a!, b!, c!, d!],
  };
}
