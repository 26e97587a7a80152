import { type CurrencyMark, currencyOf, LONGEST_MARK, mayEndMark, mayStartMark } from './currency-marks.ts';

interface MarkAt {
  currency: CurrencyMark;
  start: number;
  end: number;
}

/** Spaces that print nothing, and the marks that turn the direction of writing. */
const BLANK = /[\s\u200e\u200f\u061c]/;
const LETTER = /[\p{L}\p{M}]/u;
const MAX_BLANKS = 3;

/** The currency just left of an offset, as in "RM 20.00" or "Rs. 5"; a sign between them stays inside. */
export function currencyBefore(text: string, offset: number): MarkAt | undefined {
  let end = skipBack(text, offset);
  if (isMinus(text[end - 1])) end = skipBack(text, end - 1);
  const last = text[end - 1];
  if (last === undefined) return undefined;
  const found = markEnding(text, end) ?? (last === '.' || last === ':' ? markEnding(text, end - 1) : undefined);
  return found && { ...found, end: offset };
}

export function currencyAfter(text: string, offset: number): MarkAt | undefined {
  let start = offset;
  while (start < offset + MAX_BLANKS && isBlank(text[start])) start++;
  if (text[start] === '/') start++;
  const first = text[start];
  if (first === undefined || !mayStartMark(first)) return undefined;
  return isAsciiLetter(text, start) ? wordAfter(text, start, offset) : longestAfter(text, start, offset);
}

function longestAfter(text: string, start: number, offset: number): MarkAt | undefined {
  for (let length = LONGEST_MARK; length > 0; length--) {
    const mark = text.slice(start, start + length);
    if (mark.length < length || (LETTER.test(mark.at(-1)!) && LETTER.test(text[start + length] ?? ''))) continue;
    const currency = currencyOf(mark, { behind: true });
    if (currency) return { currency, start: offset, end: start + length };
  }
  return undefined;
}

/** A code such as EUR, or one that a sign ends, such as R$. */
function wordAfter(text: string, start: number, offset: number): MarkAt | undefined {
  let end = start;
  while (end < start + LONGEST_MARK && isAsciiLetter(text, end)) end++;
  if (/[$£₵¢]/.test(text[end] ?? '')) end++;
  else if (LETTER.test(text[end] ?? '')) return longestAfter(text, start, offset);
  const currency = currencyOf(text.slice(start, end), { behind: true });
  return currency ? { currency, start: offset, end } : undefined;
}

function markEnding(text: string, end: number): MarkAt | undefined {
  if (!mayEndMark(text[end - 1] ?? '')) return undefined;
  if (isAsciiLetter(text, end - 1)) return wordEnding(text, end);
  for (let length = Math.min(LONGEST_MARK, end); length > 0; length--) {
    const start = end - length;
    const mark = text.slice(start, end);
    const currency = currencyOf(mark);
    if (currency && !(LETTER.test(mark[0]!) && LETTER.test(text[start - 1] ?? ''))) return { currency, start, end };
  }
  return undefined;
}

/** A recogniser that drops spaces glues RM to the word before it: "TOTALRM20.00". */
function wordEnding(text: string, end: number): MarkAt | undefined {
  let start = end;
  while (start > end - LONGEST_MARK - 1 && isAsciiLetter(text, start - 1)) start--;
  const word = text.slice(start, end);
  const glued = word.length >= 5 && word.slice(-2).toUpperCase() === 'RM';
  if (glued) return { currency: 'MYR', start: end - 2, end };
  if (word.length > LONGEST_MARK || LETTER.test(text[start - 1] ?? '')) return undefined;
  const currency = currencyOf(word);
  return currency ? { currency, start, end } : undefined;
}

function isAsciiLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at) | 32;
  return code >= 97 && code <= 122;
}

function skipBack(text: string, from: number): number {
  let at = from;
  while (at > from - MAX_BLANKS && isBlank(text[at - 1])) at--;
  return at;
}

function isBlank(letter: string | undefined): boolean {
  return letter === ' ' || (letter !== undefined && BLANK.test(letter));
}

function isMinus(letter: string | undefined): boolean {
  return letter === '-' || letter === '–' || letter === '−';
}
