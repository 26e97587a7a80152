import type { PageImage } from '../pixels.ts';
import type { RecognisedLine } from '../recognise/text-line.ts';

/** Longer lines than this do not stand on a page that an engine was given as one. */
const MAX_CHARACTERS = 2000;
/** Boxes are grown, and may reach over the page's edge by this share of its longest side. */
const SLACK = 0.1;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ufffd]|\p{Surrogate}/u;

/**
 * What is wrong with what an engine answered; null for a reading that may be one. An engine that has lost its memory, or was
 * given weights of another, answers all the same.
 */
export function faultOf(line: RecognisedLine | null, { pixels }: PageImage): string | null {
  if (line === null) return null;
  if (typeof line.text !== 'string' || !Array.isArray(line.words)) return 'no text';
  if (line.text.trim() === '' || line.text.length > MAX_CHARACTERS) return 'an impossible length';
  if (CONTROL.test(line.text)) return 'control characters';
  if (line.words.length === 0 || line.words.map((word) => word.text).join(' ') !== line.text) {
    return 'words that do not make up the text';
  }
  if (![line, ...line.words].every(({ confidence }) => confidence >= 0 && confidence <= 1)) return 'no confidence';
  const slack = SLACK * Math.max(pixels.width, pixels.height);
  const isOnPage = ([x, y]: [number, number]) =>
    x >= -slack && y >= -slack && x <= pixels.width + slack && y <= pixels.height + slack;
  const polygons = [line.polygon, ...line.words.map((word) => word.polygon)];
  if (!polygons.every((polygon) => polygon.length >= 3 && polygon.every(isOnPage))) return 'places outside the page';
  return null;
}
