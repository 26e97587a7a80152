import { isBlank, isDigit, isLetter } from './characters.ts';
import { type CurrencyMark, habitsOf } from './currency-marks.ts';
import { currencyAfter, currencyBefore, isMinus, type MarkAt } from './currency-near.ts';
import { asciiDigits, isLookalike, mendDigits } from './digits.ts';
import { nextNumber } from './number-tokens.ts';
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

/** A measure glued to a number, as in "1.25MM". */
const UNIT = /^(?:[MCK]?M|KG|GM?S?|M?L|OZ|LBS?|INCH|FT)(?![A-Za-z])/i;
const ELECTRIC = /^[WV](?![A-Za-z])/i;
/** Numbers looked at in one text; a row has a handful. */
const MAX_TOKENS = 12;
/** Letters looked at beside a number for digits that were read as letters. */
const MAX_MENDED = 12;
/** Numbers in one text that are tried so. */
const MAX_TRIES = 3;
const MINUS = /(?:^|[\s:(])[-–−]\s?$/;
/** Marks that turn the direction of writing, which Arabic and Hebrew put between a sign and its number. */
const TURNS = /[\u200e\u200f\u061c]/g;
const TURN = /[\u200e\u200f\u061c]/;
/** Codes of characters. */
const [SPACE, PERCENT, CLOSING, COMMA, HYPHEN, POINT, SLASH, COLON] = [32, 37, 41, 44, 45, 46, 47, 58] as const;

interface Span extends Numeral {
  start: number;
  end: number;
  mended: boolean;
}

/**
 * Amounts in a text, from left to right. Numbers without cents count only beside a currency, unless `integers`.
 * Dates, times, percentages and codes are not amounts.
 */
export function findAmounts(text: string, options: { integers?: boolean } = {}): Amount[] {
  return amountsOf(asciiDigits(text), options);
}

/** @param plain A text whose digits are ASCII ones already. */
export function amountsOf(plain: string, { integers = false } = {}): Amount[] {
  const amounts: Amount[] = [];
  let number = nextNumber(plain, 0);
  let tries = 0;
  for (let tokens = 0; number !== undefined && tokens < MAX_TOKENS; tokens++) {
    const amount = readToken(
      plain,
      number.start,
      number.end,
      integers,
      touchesNumber(plain, number) && ++tries <= MAX_TRIES,
    );
    if (amount) amounts.push(amount);
    const from = amount ? Math.max(amount.end, number.end) : number.end;
    number = nextNumber(plain, number.end);
    while (number !== undefined && number.start < from) number = nextNumber(plain, number.end);
  }
  return amounts;
}

function readToken(text: string, from: number, end: number, integers: boolean, mayMend: boolean): Amount | undefined {
  const mended = mayMend ? readMended(from, end, text) : undefined;
  if (mended) return dress(mended, text, integers, currencyBefore(text, mended.start), currencyAfter(text, mended.end));
  const printed = text.slice(from, end);
  const spaced = spacedThousands(printed, from, text);
  const start = from - spaced.length;
  const before = currencyBefore(text, start);
  const after = currencyAfter(text, end);
  const currency = before?.currency ?? after?.currency;
  if (!currency && !integers && !isMarked(text, from, end)) return undefined;
  const number = parseNumeral(spaced === '' ? withoutBlanks(printed) : spaced.replace(/\s/g, '') + printed, currency);
  return number && dress({ ...number, start, end, mended: false }, text, integers, before, after);
}

/** Letters are read as digits only when the whole word is a number with cents: "2O.00", never "0.20SR" or "BOOK". */
function readMended(from: number, to: number, text: string): Span | undefined {
  let start = from;
  while (start > from - MAX_MENDED && isNumberPart(text, start - 1)) start--;
  let end = to;
  while (end < to + MAX_MENDED && isNumberPart(text, end)) end++;
  while (end > to && isPointOrComma(text.charCodeAt(end - 1))) end--;
  if ((start === from && end === to) || isWord(text, end)) return undefined;
  const word = text.slice(start, end);
  if (!/[^\d.,'’]/.test(word)) return undefined;
  const before = currencyBefore(text, start);
  if (!before && isWord(text, start - 1)) return undefined;
  const number = parseNumeral(mendDigits(word), before?.currency);
  return number?.cents ? { ...number, start, end, mended: true } : undefined;
}

function touchesNumber(text: string, { start, end }: { start: number; end: number }): boolean {
  return isNumberPart(text, start - 1) || isNumberPart(text, end);
}

function isNumberPart(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isDigit(code) || isPointOrComma(code) || (code > SPACE && isLookalike(text[at]));
}

/** "12 345,67": a space groups thousands only where a comma divides the cents; else "2 345.00" is a quantity and a price. */
function spacedThousands(printed: string, at: number, text: string): string {
  if (text.charCodeAt(at - 1) !== SPACE || !/^\d{3}(?:,\d\d)?$/.test(printed)) return '';
  const groups = printed.includes(',') || habitsOf(currencyAfter(text, at + printed.length)?.currency).spaceGroups;
  if (!groups) return '';
  return /(?<![\d.,])\d{1,3}(?: \d{3}){0,2} $/.exec(text.slice(Math.max(0, at - 13), at))?.[0] ?? '';
}

function dress(
  number: Span,
  text: string,
  integers: boolean,
  before: MarkAt | undefined,
  after: MarkAt | undefined,
): Amount | undefined {
  const currency = before?.currency ?? after?.currency;
  if (!number.cents && !currency && !integers) return undefined;
  const from = before?.start ?? number.start;
  const to = after?.end ?? number.end;
  const { value, cents, mended } = number;
  // Most amounts stand between spaces.
  if (cents && before === undefined && isFree(text, from, to))
    return { value, currency, start: from, end: to, cents, mended };
  const left = leftOf(text, from);
  if (isPartOfOther(text, to, left) || (!cents && isPartOfCode(text, to, left))) return undefined;
  if (!after && isMeasure(text, number)) return undefined;
  const negative = isNegative(text, from, number.start, to, left);
  return { value: negative ? -value : value, currency, start: from, end: to, cents, mended };
}

/** Whether blanks or nothing stand on both sides, and no sign beyond them. */
function isFree(text: string, from: number, to: number): boolean {
  const right = text.charCodeAt(to);
  if (to < text.length && (right !== SPACE || (to + 1 < text.length && !isWord(text, to + 1)))) return false;
  return from === 0 || (text.charCodeAt(from - 1) === SPACE && isWord(text, from - 2));
}

/** Percentages, dates, times and ratios. */
function isPartOfOther(text: string, to: number, left: string): boolean {
  const next = text.charCodeAt(to);
  if (next === PERCENT || (next === SPACE && text.charCodeAt(to + 1) === PERCENT)) return true;
  if ((next === COLON || next === SLASH) && isDigit(text.charCodeAt(to + 1))) return true;
  const before = left.charCodeAt(left.length - 1);
  return (before === COLON || before === SLASH || before === POINT) && isDigit(left.charCodeAt(left.length - 2));
}

/** A number without cents that a letter, a digit or a hyphen touches. */
function isPartOfCode(text: string, to: number, left: string): boolean {
  if (text.charCodeAt(to) === HYPHEN || isWord(text, to)) return true;
  const end = left.length - 1;
  if (isWord(left, end) || left[end] === '#') return true;
  return left.charCodeAt(end) === HYPHEN && isLetter(left.charCodeAt(end - 1));
}

/** What has a unit behind it; and a third decimal, or a fourth group, is a weight, a version or an address of the network. */
function isMeasure(text: string, { end, cents }: Span): boolean {
  const next = text.charCodeAt(end);
  if (isLetter(next) && next < 128) {
    if (UNIT.test(text.slice(end, end + 6))) return true;
    if (!cents && ELECTRIC.test(text.slice(end, end + 2))) return true;
  }
  return isDigit(next) || (isPointOrComma(next) && isDigit(text.charCodeAt(end + 1)));
}

/** The two characters before an offset, marks that turn the direction of writing left out. */
function leftOf(text: string, at: number): string {
  const left = text.slice(Math.max(0, at - 2), at);
  return TURN.test(left)
    ? text
        .slice(Math.max(0, at - 4), at)
        .replace(TURNS, '')
        .slice(-2)
    : left;
}

/** A minus before the amount, between it and its currency or behind it, or brackets around it. */
function isNegative(text: string, from: number, start: number, to: number, left: string): boolean {
  if (MINUS.test(left)) return true;
  for (let at = from; at < start; at++) if (isMinus(text.charCodeAt(at))) return true;
  const next = text.charCodeAt(to);
  if (left.endsWith('(') && next === CLOSING) return true;
  return isMinus(next) && !isWord(text, to + 1);
}

function isPointOrComma(code: number): boolean {
  return code === POINT || code === COMMA;
}

/** Whether there is a letter or a digit at an offset. */
function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isDigit(code) || isLetter(code);
}

/** Whether a number is printed with a mark, without which it has no cents and no groups. */
function isMarked(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (!isDigit(text.charCodeAt(at))) return true;
  return false;
}

function withoutBlanks(printed: string): string {
  for (let at = 0; at < printed.length; at++) {
    if (isBlank(printed.charCodeAt(at))) return printed.replace(/\s/g, '');
  }
  return printed;
}
