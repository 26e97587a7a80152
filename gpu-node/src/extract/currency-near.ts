import { isBlank, isLetterOrMark } from './characters.ts';
import { type CurrencyMark, currencyOf, LONGEST_MARK, lengthsFrom, lengthsTo } from './currency-marks.ts';

export interface MarkAt {
  currency: CurrencyMark;
  start: number;
  end: number;
}

const MAX_BLANKS = 3;

/** The currency just left of an offset, as in "RM 20.00" or "Rs. 5"; a sign between them stays inside. */
export function currencyBefore(text: string, offset: number): MarkAt | undefined {
  let end = skipBack(text, offset);
  if (isMinus(text.charCodeAt(end - 1))) end = skipBack(text, end - 1);
  if (end === 0) return undefined;
  const last = text[end - 1]!;
  const found = markEnding(text, end) ?? (last === '.' || last === ':' ? markEnding(text, end - 1) : undefined);
  return found && { ...found, end: offset };
}

export function currencyAfter(text: string, offset: number): MarkAt | undefined {
  let start = offset;
  while (start < offset + MAX_BLANKS && isBlank(text.charCodeAt(start))) start++;
  if (text[start] === '/') start++;
  if (start >= text.length || lengthsFrom(text.charCodeAt(start)).length === 0) return undefined;
  return isAsciiLetter(text, start) ? wordAfter(text, start, offset) : longestAfter(text, start, offset);
}

function longestAfter(text: string, start: number, offset: number): MarkAt | undefined {
  for (const length of lengthsFrom(text.charCodeAt(start))) {
    const end = start + length;
    if (end > text.length || (isPartOfWord(text, end - 1) && isPartOfWord(text, end))) continue;
    const currency = currencyOf(text.slice(start, end), { behind: true });
    if (currency) return { currency, start: offset, end };
  }
  return undefined;
}

/** A code such as EUR, or one that a sign ends, such as R$. */
function wordAfter(text: string, start: number, offset: number): MarkAt | undefined {
  let end = start;
  while (end < start + LONGEST_MARK && isAsciiLetter(text, end)) end++;
  if (/[$£₵¢]/.test(text[end] ?? '')) end++;
  else if (isPartOfWord(text, end)) return longestAfter(text, start, offset);
  if (!lengthsFrom(text.charCodeAt(start)).includes(end - start)) return undefined;
  const currency = currencyOf(text.slice(start, end), { behind: true });
  return currency ? { currency, start: offset, end } : undefined;
}

function markEnding(text: string, end: number): MarkAt | undefined {
  const lengths = lengthsTo(text.charCodeAt(end - 1));
  if (lengths.length === 0) return undefined;
  if (isAsciiLetter(text, end - 1)) return wordEnding(text, end);
  for (const length of lengths) {
    const start = end - length;
    if (start < 0) continue;
    const currency = currencyOf(text.slice(start, end));
    if (currency && !(isPartOfWord(text, start) && isPartOfWord(text, start - 1))) return { currency, start, end };
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
  if (word.length > LONGEST_MARK || isPartOfWord(text, start - 1)) return undefined;
  if (!lengthsTo(text.charCodeAt(end - 1)).includes(word.length)) return undefined;
  const currency = currencyOf(word);
  return currency ? { currency, start, end } : undefined;
}

function isAsciiLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at) | 32;
  return code >= 97 && code <= 122;
}

function isPartOfWord(text: string, at: number): boolean {
  return isLetterOrMark(text.charCodeAt(at));
}

function skipBack(text: string, from: number): number {
  let at = from;
  while (at > from - MAX_BLANKS && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

export function isMinus(code: number): boolean {
  return code === 45 || code === 0x2013 || code === 0x2212;
}
