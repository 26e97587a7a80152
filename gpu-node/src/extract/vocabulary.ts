import { SHORTEST_NEAR, squash } from './keywords.ts';

/** Words that mean the same bits; `nearly` lets words of five letters or more have one letter wrong. */
export interface Meaning {
  bits: number;
  words: readonly string[];
  nearly?: boolean | undefined;
}

interface Word {
  text: string;
  bits: number;
  nearly: boolean;
}

const LETTERS = 26;

/**
 * A reader that finds all words in one pass over a squashed text (see squash) and joins their bits. Words are looked up
 * by their first two letters, or by the first and the third where the second may be wrong.
 */
export function vocabulary(meanings: readonly Meaning[]): (squashed: string) => number {
  const bySecond: (Word[] | undefined)[] = Array(LETTERS * LETTERS).fill(undefined);
  const byThird: (Word[] | undefined)[] = Array(LETTERS * LETTERS).fill(undefined);
  const foreign = new Map<number, { word: Word; offset: number }[]>();
  for (const word of wordsOf(meanings)) {
    const offset = word.text.search(/[^A-Z]/);
    if (offset >= 0) push(foreign, word.text.charCodeAt(offset), { word, offset });
    else {
      add(bySecond, pair(word.text, 0, 1), word);
      if (word.nearly) add(byThird, pair(word.text, 0, 2), word);
    }
  }
  return (text) => {
    let bits = 0;
    let [first, second] = [text.charCodeAt(0) - A, text.charCodeAt(1) - A];
    for (let start = 0; start < text.length; start++) {
      const third = text.charCodeAt(start + 2) - A;
      if (isCapital(first)) {
        if (isCapital(second)) bits |= joined(bits, bySecond[first * LETTERS + second], text, start, 2);
        if (isCapital(third)) bits |= joined(bits, byThird[first * LETTERS + third], text, start, 1);
      } else {
        for (const { word, offset } of foreign.get(first + A) ?? NONE) {
          if (start >= offset && fits(text, start - offset, word, 0)) bits |= word.bits;
        }
      }
      first = second;
      second = third;
    }
    return bits;
  };
}

const A = 65;
const NONE: readonly never[] = [];

/** Of a letter's place in the alphabet. */
function isCapital(place: number): boolean {
  return place >= 0 && place < LETTERS;
}

/** The bits of the words that stand at an offset, but for those that are known already. */
function joined(known: number, words: readonly Word[] | undefined, text: string, start: number, from: number): number {
  let bits = 0;
  if (words === undefined) return bits;
  for (const word of words) {
    if (((known | bits) & word.bits) !== word.bits && fits(text, start, word, from)) bits |= word.bits;
  }
  return bits;
}

function* wordsOf(meanings: readonly Meaning[]): Generator<Word> {
  for (const { bits, words, nearly = false } of meanings) {
    for (const printed of words) {
      const text = squash(printed);
      yield { text, bits, nearly: nearly && text.length >= SHORTEST_NEAR };
    }
  }
}

/** From a letter on; the last letter holds, or short words would match too much. */
function fits(text: string, start: number, { text: word, nearly }: Word, from: number): boolean {
  const last = word.length - 1;
  if (start + last >= text.length || text.charCodeAt(start + last) !== word.charCodeAt(last)) return false;
  let wrong = nearly ? 1 : 0;
  for (let at = from; at < last; at++) {
    if (text.charCodeAt(start + at) !== word.charCodeAt(at) && --wrong < 0) return false;
  }
  return true;
}

/** Place of two capitals in a table. */
function pair(text: string, first: number, second: number): number {
  return (text.charCodeAt(first) - A) * LETTERS + text.charCodeAt(second) - A;
}

function add(table: (Word[] | undefined)[], at: number, word: Word): void {
  table[at] = [...(table[at] ?? []), word];
}

function push<T>(table: Map<number, T[]>, key: number, item: T): void {
  table.set(key, [...(table.get(key) ?? []), item]);
}
