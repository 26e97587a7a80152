import { type CurrencyMark, currencyAfter, currencyBefore } from './currency.ts';
import { asciiDigits, LOOKALIKE_CLASS, mendDigits } from './digits.ts';

export interface Amount {
  value: number;
  /** ISO 4217, or '$' and '¥' where the sign alone does not tell the country. */
  currency: CurrencyMark | undefined;
  start: number;
  end: number;
  /** Whether it is printed with cents. */
  cents: boolean;
  /** Whether a letter had to be read as a digit. */
  mended: boolean;
}

const TOKEN = new RegExp(
  `(?:[\\d${LOOKALIKE_CLASS}]|(?<![\\d\\p{L}])\\.(?=\\d\\d(?!\\d)))(?:[\\d${LOOKALIKE_CLASS}.,']|(?<=[.,]) (?=\\d\\d(?!\\d)))*`,
  'gu',
);
/** The first digit, or the point of ".50" where it starts the token. */
const LOOK_DIGIT = /^\.\d|\d/;
/** A measure glued to a number, as in "1.25MM". */
const UNIT = /^(?:[MCK]?M|KG|GM?S?|M?L|OZ|LBS?|W|V|INCH|FT)(?![A-Za-z])/i;
/** Numbers looked at in one text; a row has a handful. */
const MAX_TOKENS = 60;
/** Lakhs and crores: 12,34,567.80 */
const INDIAN = /^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{2})?$/;
const MAX_DIGITS = 12;

/**
 * Amounts in a text, from left to right. Numbers without cents count only beside a currency, unless `integers`.
 * Dates, times, percentages and codes are not amounts.
 */
export function findAmounts(text: string, { integers = false } = {}): Amount[] {
  const plain = asciiDigits(text);
  const amounts: Amount[] = [];
  let tokens = 0;
  for (const match of plain.matchAll(TOKEN)) {
    if (++tokens > MAX_TOKENS) break;
    const number = readToken(match[0], match.index, plain);
    const amount = number && dress(number, plain, integers);
    if (amount) amounts.push(amount);
  }
  return joinSpacedThousands(amounts, plain);
}

interface Numeral {
  value: number;
  cents: boolean;
  mended: boolean;
  start: number;
  end: number;
}

function readToken(token: string, at: number, text: string): Numeral | undefined {
  const lead = token.search(LOOK_DIGIT);
  const whole = token.replace(/[.,']+$/, '');
  const startsWord = !/[\p{L}\d]/u.test(text[at - 1] ?? ' ') || currencyBefore(text, at) !== undefined;
  const endsWord = !/[\p{L}\d]/u.test(text[at + whole.length] ?? ' ');
  const strict = /^[\d.][\d.,' ]*/.exec(token.slice(lead))?.[0].replace(/[.,' ]+$/, '');
  // Letters are read as digits only when the whole word is a number with cents: "2O.00", never "0.20SR" or "BOOK".
  if (startsWord && endsWord && whole !== strict && /\d/.test(whole)) {
    const mended = parseNumeral(mendDigits(whole));
    if (mended?.cents) return { ...mended, mended: true, start: at, end: at + whole.length };
  }
  const parsed = strict === undefined ? undefined : parseNumeral(strict);
  return parsed && { ...parsed, mended: false, start: at + lead, end: at + lead + strict!.length };
}

/** 1,234.56 and 1.234,56 and 12'345.67: the last mark before two digits divides the cents. */
export function parseNumeral(text: string): { value: number; cents: boolean } | undefined {
  const compact = text.replace(/ /g, '');
  if (compact.replace(/\D/g, '').length > MAX_DIGITS) return undefined;
  if (INDIAN.test(compact)) return { value: Number(compact.replace(/,/g, '')), cents: compact.includes('.') };
  const form = /^(\d{1,3}(?:([,.'])\d{3})(?:\2\d{3})*|\d*)(?:([.,])(\d{2}))?$/.exec(compact);
  if (!form || compact === '') return undefined;
  const [, whole, groups, mark, cents] = form;
  if (groups && groups === mark) return undefined;
  // "1.234" may be a weight or a thousand: only a second group would tell.
  if (groups === '.' && !mark && whole!.split('.').length === 2) return undefined;
  return { value: Number(`${whole!.replace(/\D/g, '')}.${cents ?? '0'}`), cents: cents !== undefined };
}

function dress(number: Numeral, text: string, integers: boolean): Amount | undefined {
  const before = currencyBefore(text, number.start);
  const after = currencyAfter(text, number.end);
  const currency = before?.currency ?? after?.currency;
  if (!number.cents && !currency && !integers) return undefined;
  const left = text.slice(Math.max(0, (before?.start ?? number.start) - 2), before?.start ?? number.start);
  const right = text.slice(after?.end ?? number.end, (after?.end ?? number.end) + 2);
  if (/^ ?%/.test(right) || /^[:/]\d/.test(right) || /\d[:/.]$/.test(left)) return undefined;
  if (!number.cents && /^[-\p{L}\d]/u.test(right)) return undefined;
  if (!number.cents && /[\p{L}\d#]$|\p{L}-$/u.test(left)) return undefined;
  if (UNIT.test(text.slice(number.end, number.end + 4))) return undefined;
  // A third decimal, or a fourth group, is a weight, a version or an IP address.
  if (/^[.,]?\d/.test(right) && !after) return undefined;
  const negative = isNegative(text, number, before?.start ?? number.start, left, right);
  const { cents, mended, start, end } = number;
  return {
    value: negative ? -number.value : number.value,
    currency,
    start: before?.start ?? start,
    end: after?.end ?? end,
    cents,
    mended,
  };
}

function isNegative(text: string, number: Numeral, start: number, left: string, right: string): boolean {
  if (/(?:^|[\s:(])[-–−]\s?$/.test(left) || /^[-–−]$/.test(left)) return true;
  if (/[-–−]/.test(text.slice(start, number.start))) return true;
  if (left.endsWith('(') && right.startsWith(')')) return true;
  return /^[-–−](?![\d\p{L}])/u.test(right);
}

/** "12 345,67": a space groups thousands only where a comma divides the cents; else "2 345.00" is a quantity and a price. */
function joinSpacedThousands(amounts: Amount[], text: string): Amount[] {
  return amounts.map((amount) => {
    const printed = text.slice(amount.start, amount.end);
    if (!/^\d{3},\d\d$/.test(printed)) return amount;
    const lead = /(?:^|[^\d.,])(\d{1,3}(?:[ {2}]\d{3}){0,2})[ {2}]$/.exec(
      text.slice(Math.max(0, amount.start - 13), amount.start),
    );
    if (!lead) return amount;
    const value = Number(lead[1]!.replace(/\D/g, '') + printed.replace(',', '.'));
    return { ...amount, value, start: amount.start - lead[1]!.length - 1 };
  });
}
