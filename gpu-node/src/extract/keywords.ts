import { asciiDigits } from './digits.ts';

const LONGEST_LABEL = 60;
const SHORTEST_NEAR = 5;
/** Only beside a letter: a number of its own is no part of a word. */
const LETTERS: Record<string, string> = { '0': 'O', '1': 'I', '5': 'S', '8': 'B' };

/**
 * Letters only, upper case, with characters that recognisers confuse made equal (O 0, I l 1 L, S 5, B 8), so that
 * "T0TAL AMOUNT", "Total Amount" and "TOTALAMOUNT" compare equal. Digits that look like no letter are dropped.
 */
export function squash(text: string): string {
  const head = text.slice(0, LONGEST_LABEL * 2);
  const plain = BEYOND_ASCII.test(head) ? asciiDigits(head).normalize('NFKC').toUpperCase() : head;
  let squashed = '';
  for (let at = 0; at < plain.length && squashed.length < LONGEST_LABEL; at++) {
    const code = plain.charCodeAt(at);
    if (code >= 128) squashed += LETTER.test(plain[at]!) ? plain[at]! : '';
    else if (code < 48 || code > 57) squashed += SQUASHED[code]!;
    else if (isWordPart(plain, at - 1) || isWordPart(plain, at + 1)) squashed += LETTERS[plain[at]!] ?? '';
  }
  return squashed;
}

const BEYOND_ASCII = /[\u0080-\uffff]/;
const LETTER = /[\p{L}\p{M}]/u;
/** What each character of ASCII becomes; all but letters and the bar that is read for one are dropped. */
const SQUASHED = Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code).toUpperCase();
  if (letter === 'L' || letter === '|') return 'I';
  return /[A-Z]/.test(letter) ? letter : '';
});

function isWordPart(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return SQUASHED[code] !== '' && SQUASHED[code] !== undefined;
  return code >= 128 && LETTER.test(text[at]!);
}

/** A test whether a squashed text contains one of the words. */
export function anyOf(...words: string[]): (squashed: string) => boolean {
  // Squashed words are letters only: nothing to escape.
  const exact = new RegExp(words.map(squash).join('|'));
  return (squashed) => exact.test(squashed);
}

/** Like anyOf, but a word of five letters or more may have one letter wrong. */
export function nearlyAnyOf(...words: string[]): (squashed: string) => boolean {
  const exact = anyOf(...words);
  const byFirst: (string[] | undefined)[] = [];
  for (const word of words.map(squash).filter(({ length }) => length >= SHORTEST_NEAR)) {
    const first = word.charCodeAt(0);
    byFirst[first] = [...(byFirst[first] ?? []), word];
  }
  return (squashed) => exact(squashed) || containsNearly(squashed, byFirst);
}

/** One letter differs; the first and the last hold, or short words would match too much. */
function containsNearly(text: string, wordsByFirst: readonly (readonly string[] | undefined)[]): boolean {
  for (let start = 0; start + SHORTEST_NEAR <= text.length; start++) {
    const words = wordsByFirst[text.charCodeAt(start)];
    if (!words) continue;
    for (const word of words) if (differences(text, start, word) <= 1) return true;
  }
  return false;
}

function differences(text: string, start: number, word: string): number {
  const last = word.length - 1;
  if (text.charCodeAt(start + last) !== word.charCodeAt(last)) return 2;
  let wrong = 0;
  for (let at = 1; at < last && wrong < 2; at++) if (text.charCodeAt(start + at) !== word.charCodeAt(at)) wrong++;
  return wrong;
}
