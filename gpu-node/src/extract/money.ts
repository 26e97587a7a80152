import { type CurrencyMark, habitsOf } from './currency-marks.ts';
import { currencyAfter, currencyBefore } from './currency-near.ts';
import { asciiDigits, isLookalike, mendDigits } from './digits.ts';
import { type Numeral, parseNumeral } from './numerals.ts';

export interface Amount {
  value: number;
  /** ISO 4217, or a sign such as '$' and '¥' that alone does not tell the country. */
  currency: CurrencyMark | undefined;
  start: number;
  end: number;
  /** Whether it is printed with cents. */
  cents: boolean;
  /** Whether a letter had to be read as a digit. */
  mended: boolean;
}

/** Digits with their marks. Spaces that cannot break a line divide thousands; a plain one follows a mark at most. */
const TOKEN =
  /(?<![\d\p{L}])\.(?=\d\d(?!\d))\d+|\d+(?:[.,'’]+\d+|[.,] \d\d(?![\d.,])|[\u00a0\u202f\u2009]\d{3}(?!\d))*/gu;
const LETTER_OR_DIGIT = /[\p{L}\d]/u;
/** A measure glued to a number, as in "1.25MM". */
const UNIT = /^(?:[MCK]?M|KG|GM?S?|M?L|OZ|LBS?|INCH|FT)(?![A-Za-z])/i;
const ELECTRIC = /^[WV](?![A-Za-z])/i;
/** Numbers looked at in one text; a row has a handful. */
const MAX_TOKENS = 12;
/** Letters looked at beside a number for digits that were read as letters. */
const MAX_MENDED = 12;
const MINUS = /(?:^|[\s:(])[-–−]\s?$/;
/** Marks that turn the direction of writing, which Arabic and Hebrew put between a sign and its number. */
const TURNS = /[\u200e\u200f\u061c]/g;

interface Span extends Numeral {
  start: number;
  end: number;
  mended: boolean;
}

/**
 * Amounts in a text, from left to right. Numbers without cents count only beside a currency, unless `integers`.
 * Dates, times, percentages and codes are not amounts.
 */
export function findAmounts(text: string, { integers = false } = {}): Amount[] {
  const plain = asciiDigits(text);
  const amounts: Amount[] = [];
  let from = 0;
  let tokens = 0;
  for (const match of plain.matchAll(TOKEN)) {
    if (match.index < from) continue;
    if (++tokens > MAX_TOKENS) break;
    const amount = readToken(match[0], match.index, plain, integers);
    if (!amount) continue;
    amounts.push(amount);
    from = amount.end;
  }
  return amounts;
}

function readToken(printed: string, at: number, text: string, integers: boolean): Amount | undefined {
  const mended = readMended(at, at + printed.length, text);
  if (mended) return dress(mended, text, integers);
  const spaced = spacedThousands(printed, at, text);
  const start = at - spaced.length;
  const end = at + printed.length;
  const before = currencyBefore(text, start);
  const after = currencyAfter(text, end);
  const currency = before?.currency ?? after?.currency;
  if (!currency && !integers && !/[.,'’\s]/.test(printed)) return undefined;
  const number = parseNumeral(spaced.replace(/\s/g, '') + printed, currency);
  return number && dress({ ...number, start, end, mended: false }, text, integers, before, after);
}

/** Letters are read as digits only when the whole word is a number with cents: "2O.00", never "0.20SR" or "BOOK". */
function readMended(from: number, to: number, text: string): Span | undefined {
  if (!isNumberPart(text, from - 1) && !isNumberPart(text, to)) return undefined;
  let start = from;
  while (start > from - MAX_MENDED && isNumberPart(text, start - 1)) start--;
  let end = to;
  while (end < to + MAX_MENDED && isNumberPart(text, end)) end++;
  while (end > to && /[.,]/.test(text[end - 1]!)) end--;
  const word = text.slice(start, end);
  if (end - start === to - from || !/[^\d.,'’]/.test(word)) return undefined;
  if (LETTER_OR_DIGIT.test(text[end] ?? ' ')) return undefined;
  if (LETTER_OR_DIGIT.test(text[start - 1] ?? ' ') && !currencyBefore(text, start)) return undefined;
  const number = parseNumeral(mendDigits(word), currencyBefore(text, start)?.currency);
  return number?.cents ? { ...number, start, end, mended: true } : undefined;
}

function isNumberPart(text: string, at: number): boolean {
  const letter = text[at];
  return letter === '.' || letter === ',' || isLookalike(letter) || (letter! >= '0' && letter! <= '9');
}

/** "12 345,67": a space groups thousands only where a comma divides the cents; else "2 345.00" is a quantity and a price. */
function spacedThousands(printed: string, at: number, text: string): string {
  if (text[at - 1] !== ' ' || !/^\d{3}(?:,\d\d)?$/.test(printed)) return '';
  const groups = printed.includes(',') || habitsOf(currencyAfter(text, at + printed.length)?.currency).spaceGroups;
  if (!groups) return '';
  return /(?<![\d.,])\d{1,3}(?: \d{3}){0,2} $/.exec(text.slice(Math.max(0, at - 13), at))?.[0] ?? '';
}

function dress(
  number: Span,
  text: string,
  integers: boolean,
  before = currencyBefore(text, number.start),
  after = currencyAfter(text, number.end),
): Amount | undefined {
  const currency = before?.currency ?? after?.currency;
  if (!number.cents && !currency && !integers) return undefined;
  const from = before?.start ?? number.start;
  const to = after?.end ?? number.end;
  const left = leftOf(text, from);
  const right = text.slice(to, to + 2);
  const { value, cents, mended } = number;
  // Most amounts stand between spaces.
  if (cents && before === undefined && isFree(left, right))
    return { value, currency, start: from, end: to, cents, mended };
  if (/^ ?%/.test(right) || /^[:/]\d/.test(right) || /\d[:/.]$/.test(left)) return undefined;
  if (!number.cents && /^[-\p{L}\d]/u.test(right)) return undefined;
  if (!number.cents && /[\p{L}\d#]$|\p{L}-$/u.test(left)) return undefined;
  if (!after && UNIT.test(text.slice(number.end, number.end + 4))) return undefined;
  if (!after && !number.cents && ELECTRIC.test(text.slice(number.end, number.end + 2))) return undefined;
  // A third decimal, or a fourth group, is a weight, a version or an IP address.
  if (/^[.,]?\d/.test(right) && !after) return undefined;
  const negative = isNegative(text.slice(from, number.start), left, right);
  return { value: negative ? -value : value, currency, start: from, end: to, cents, mended };
}

/** Whether blanks or nothing stand on both sides, and no sign beyond them. */
function isFree(left: string, right: string): boolean {
  const free = right === '' || right === ' ' || (right[0] === ' ' && LETTER_OR_DIGIT.test(right[1]!));
  return free && (left === '' || (left.endsWith(' ') && LETTER_OR_DIGIT.test(left[0]!)));
}

/** The two characters before an offset. */
function leftOf(text: string, at: number): string {
  const left = text.slice(Math.max(0, at - 2), at);
  return /[\u200e\u200f\u061c]/.test(left)
    ? text
        .slice(Math.max(0, at - 4), at)
        .replace(TURNS, '')
        .slice(-2)
    : left;
}

function isNegative(between: string, left: string, right: string): boolean {
  if (MINUS.test(left) || /[-–−]/.test(between)) return true;
  if (left.endsWith('(') && right.startsWith(')')) return true;
  return /^[-–−](?![\d\p{L}])/u.test(right);
}
