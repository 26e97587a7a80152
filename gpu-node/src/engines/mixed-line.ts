/**
 * Lines that may be in Latin letters or in Bengali. The Latin recogniser is asked first: it is many times faster, and tells by
 * itself that a line is not in its script, for of Bengali it makes a few characters it is unsure of.
 * Decision 031 has the figures behind the bounds.
 */
import { type RotatedRect, stretchOf } from '../geometry.ts';
import type { RecognisedLine, RecognisedWord } from '../recognise/text-line.ts';
import { meanOverCharacters } from '../recognise/word-confidence.ts';
import { bengaliShare } from '../tesseract/bengali.ts';
import type { Language } from './line-reading.ts';

export type ReadWith = (
  language: Language,
  rect: RotatedRect,
  effort?: 'exact' | 'skim',
) => Promise<RecognisedLine | null>;

/** A line is in Latin letters when the Latin recogniser is as sure as this … */
const SURE_LATIN = 0.93;
/** … and reads at least so many characters per height of the line along it: of Bengali it reads few. */
const DENSE = 0.9;
/** Of the letters that Bengali's engine reads; else it looked at Latin letters. */
const MIN_BENGALI = 0.5;
/** By its own measure. */
const SURE_BENGALI = 0.5;
/** A word among Bengali ones that its engine doubts is read by the Latin one, and kept when that one is as sure as this. */
const DOUBTED_WORD = 0.7;
const SURE_WORD = 0.95;

export async function readMixedLine(rect: RotatedRect, readWith: ReadWith): Promise<RecognisedLine | null> {
  const latin = await readWith('en', rect);
  if (latin && isPlainlyLatin(latin, rect)) return latin;
  const bengali = await readWith('bn', rect);
  if (!bengali) return latin;
  const isBengali = bengaliShare(bengali.text) >= MIN_BENGALI && bengali.confidence >= SURE_BENGALI;
  if (!isBengali && latin) return latin;
  return withLatinWords(bengali, rect, readWith);
}

function isPlainlyLatin({ confidence, text }: RecognisedLine, { width, height }: RotatedRect): boolean {
  return confidence >= SURE_LATIN && text.length / (width / Math.max(1, height)) >= DENSE;
}

/** Names and units in Latin letters stand among Bengali words. */
async function withLatinWords(line: RecognisedLine, rect: RotatedRect, readWith: ReadWith): Promise<RecognisedLine> {
  const words = await Promise.all(line.words.map((word) => latinWord(word, rect, readWith)));
  if (words.every((word, i) => word === line.words[i])) return line;
  const confidence = meanOverCharacters(
    words,
    words.map((word) => word.confidence),
  );
  return { ...line, text: words.map(({ text }) => text).join(' '), confidence, words };
}

async function latinWord(word: RecognisedWord, rect: RotatedRect, readWith: ReadWith): Promise<RecognisedWord> {
  if (word.confidence >= DOUBTED_WORD && bengaliShare(word.text) === 1) return word;
  const place = placeIn(rect, word);
  const read = await readWith('en', place, 'exact');
  if (!read || read.confidence < SURE_WORD || !/[A-Za-z0-9]/.test(read.text)) return word;
  if (read.text.length / (place.width / Math.max(1, place.height)) < DENSE) return word;
  return { text: read.text.replaceAll(' ', ''), confidence: read.confidence, polygon: word.polygon };
}

/** The word's rectangle, upright as its line, with a little room beside it. */
function placeIn(rect: RotatedRect, { polygon }: RecognisedWord): RotatedRect {
  const [origin, right] = rect.corners;
  const length = Math.hypot(right.x - origin.x, right.y - origin.y) || 1;
  const share = ([x, y]: readonly [number, number]) =>
    ((x - origin.x) * (right.x - origin.x) + (y - origin.y) * (right.y - origin.y)) / length ** 2;
  const room = (0.1 * rect.height) / Math.max(1, rect.width);
  return stretchOf(rect, Math.max(0, share(polygon[0]!) - room), Math.min(1, share(polygon[1]!) + room));
}
