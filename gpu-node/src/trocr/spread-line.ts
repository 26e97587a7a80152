import { type RotatedRect, stretchOf } from '../geometry.ts';
import { polygonOf, type RecognisedLine } from '../recognise/text-line.ts';
import type { TokenText } from './token-text.ts';

/**
 * A line of a reading that does not say where its characters stand: the rectangle is shared out among them evenly.
 * @param rect of the line on its page.
 * @returns null when there is nothing but white space.
 */
export function spreadLine({ text, probabilities }: TokenText, rect: RotatedRect): RecognisedLine | null {
  const found = [...text.matchAll(/\S+/gu)].map((match) => ({ word: match[0], from: match.index }));
  const first = found[0];
  const last = found.at(-1);
  if (!first || !last) return null;
  const length = last.from + last.word.length - first.from;
  const words = found.map(({ word, from }) => {
    const start = from - first.from;
    return {
      text: word,
      confidence: Math.min(...probabilities.slice(from, from + word.length)),
      polygon: polygonOf(stretchOf(rect, start / length, (start + word.length) / length)),
    };
  });
  const own = found.flatMap(({ word, from }) => probabilities.slice(from, from + word.length));
  return {
    text: words.map((word) => word.text).join(' '),
    confidence: own.reduce((sum, probability) => sum + probability, 0) / own.length,
    polygon: polygonOf(rect),
    words,
  };
}
