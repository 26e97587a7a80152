import { isLetterOrMark, mayDecompose } from './characters.ts';
import { asciiDigits } from './digits.ts';

const LONGEST_LABEL = 60;
/** Words of fewer letters must hold whole. */
export const SHORTEST_NEAR = 5;
/** Only beside a letter: a number of its own is no part of a word. */
const LETTERS: Record<string, string> = { '0': 'O', '1': 'I', '5': 'S', '8': 'B' };

/**
 * Letters only, upper case, with characters that recognisers confuse made equal (O 0, I l 1 L, S 5, B 8), so that
 * "T0TAL AMOUNT", "Total Amount" and "TOTALAMOUNT" compare equal. Digits that look like no letter are dropped.
 */
export function squash(text: string): string {
  const head = text.slice(0, LONGEST_LABEL * 2);
  const plain = BEYOND_ASCII.test(head) ? normalised(asciiDigits(head)) : head;
  let squashed = '';
  for (let at = 0; at < plain.length && squashed.length < LONGEST_LABEL; at++) {
    const code = plain.charCodeAt(at);
    if (code >= 128) squashed += isLetterOrMark(code) ? plain[at]! : '';
    else if (code < 48 || code > 57) squashed += SQUASHED[code]!;
    else if (isWordPart(plain, at - 1) || isWordPart(plain, at + 1)) squashed += LETTERS[plain[at]!] ?? '';
  }
  return squashed;
}

function normalised(text: string): string {
  return (mayDecompose(text) ? text.normalize('NFKC') : text).toUpperCase();
}

const BEYOND_ASCII = /[\u0080-\uffff]/;
/** What each character of ASCII becomes; all but letters and the bar that is read for one are dropped. */
const SQUASHED = Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code).toUpperCase();
  if (letter === 'L' || letter === '|') return 'I';
  return /[A-Z]/.test(letter) ? letter : '';
});

function isWordPart(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return SQUASHED[code] !== '' && SQUASHED[code] !== undefined;
  return isLetterOrMark(code);
}
