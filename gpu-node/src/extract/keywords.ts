import { asciiDigits } from './digits.ts';

const LONGEST_LABEL = 60;
/** Only beside a letter: a number of its own is no part of a word. */
const LETTERS: Record<string, string> = { '0': 'O', '1': 'I', '5': 'S', '8': 'B' };

/**
 * Letters only, upper case, with characters that recognisers confuse made equal (O 0, I l 1 L, S 5, B 8), so that
 * "T0TAL AMOUNT", "Total Amount" and "TOTALAMOUNT" compare equal. Digits that look like no letter are dropped.
 */
export function squash(text: string): string {
  return asciiDigits(text.slice(0, LONGEST_LABEL * 2))
    .normalize('NFKC')
    .toUpperCase()
    .replace(/(?<=[\p{L}|])[0158]|[0158](?=[\p{L}|])/gu, (digit) => LETTERS[digit]!)
    .replace(/[L|]/g, 'I')
    .replace(/[^\p{L}\p{M}]/gu, '')
    .slice(0, LONGEST_LABEL);
}

/** A test whether a squashed text contains one of the words. */
export function anyOf(...words: string[]): (squashed: string) => boolean {
  const exact = words.map(squash);
  return (squashed) => exact.some((word) => squashed.includes(word));
}

/** Like anyOf, but a word of five letters or more may have one letter wrong. */
export function nearlyAnyOf(...words: string[]): (squashed: string) => boolean {
  const near = words.map(squash);
  const exact = anyOf(...words);
  return (squashed) => exact(squashed) || near.some((word) => word.length >= 5 && containsNearly(squashed, word));
}

/** One letter differs; the first and the last hold, or short words would match too much. */
function containsNearly(text: string, word: string): boolean {
  for (let start = 0; start + word.length <= text.length; start++) {
    if (text[start] === word[0] && differences(text, start, word) <= 1) return true;
  }
  return false;
}

function differences(text: string, start: number, word: string): number {
  if (text[start + word.length - 1] !== word.at(-1)) return 2;
  let wrong = 0;
  for (let at = 1; at < word.length - 1 && wrong < 2; at++) if (text[start + at] !== word[at]) wrong++;
  return wrong;
}
