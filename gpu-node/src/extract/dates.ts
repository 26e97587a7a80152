import { daysIn, fullYear, isoDate } from './calendar.ts';
import { type DateToken, tokenize } from './date-tokens.ts';
import { asciiDigits, LOOKALIKE_CLASS, mendDigits } from './digits.ts';
import { monthNamed } from './months.ts';

export type DayOrder = 'day-first' | 'month-first';

export interface DateHit {
  /** YYYY-MM-DD */
  value: string;
  start: number;
  end: number;
  /** Whether day and month could change places. */
  ambiguous: boolean;
  /** The date with day and month exchanged, where that is one. */
  alternative?: string;
  /** The order that the digits themselves tell: one of the two numbers is over 12. */
  shows?: DayOrder;
  /** Whether a letter had to be read as a digit. */
  mended: boolean;
  /** Whether the year has four digits. */
  fullYear: boolean;
  /** Whether only month and year are printed; the value is then the month's last day. */
  monthOnly: boolean;
}

export interface DateOptions {
  /** What comes first where both orders are possible. */
  order?: DayOrder;
  /** Whether a word such as DATE stands beside: then 20181225 is a date as well. */
  labelled?: boolean;
  /** Whether 12/2026 is one. */
  monthOnly?: boolean;
}

/** What may stand between the parts of a date with a month's name, and around a separator. */
const GAP = /^[\s\-–./,'’॰]{0,3}$/;
const SEPARATOR = /^ ?([/.\-–]) ?$/;
/** 5th, 1er, 2º, ২৫শে, and the "de" of 25 de diciembre. */
const FILLERS = new Set('ST ND RD TH ER E º ª DE DEL OF DI শে লা রা ঠা ই এ ই'.split(' '));
const LONGEST_FILLER = Math.max(...[...FILLERS].map(({ length }) => length));
/** Day and year without a space: 252018. */
const LONGEST_GLUED = 6;
const YEAR_SIGNS = new Set(['年', '년']);
const MONTH_SIGNS = new Set(['月', '월']);
const ZERO_FOR_O = /(?<![A-Z\d])(?:0CT|N0V|0KT|0GO)/gi;
const BROKEN = new RegExp(
  `(?<![\\p{L}\\d])[\\d${LOOKALIKE_CLASS}]{1,2}([/.\\-])[\\d${LOOKALIKE_CLASS}]{1,2}\\1[\\d${LOOKALIKE_CLASS}]{2,4}(?![\\p{L}\\d])`,
  'gu',
);
/** A letter beside a digit or a mark, without which nothing needs mending. */
const HAS_LOOKALIKE = new RegExp(`[\\d/.\\-][${LOOKALIKE_CLASS}]|[${LOOKALIKE_CLASS}][\\d/.\\-]|0[CKG]`, 'i');
const LOOKALIKE_YEAR = /^[OoIlSB|](?:\d|[OoIlSB|]?(?![A-Za-z]))/;

/** Dates in a text, from left to right. Day comes first where both orders are possible, unless `order` says otherwise. */
export function findDates(text: string, options: DateOptions = {}): DateHit[] {
  const plain = asciiDigits(text);
  return /\d/.test(plain) ? datesOf(plain, options) : [];
}

/** @param plain A text whose digits are ASCII ones already. */
export function datesOf(plain: string, options: DateOptions = {}): DateHit[] {
  const { order = 'day-first', labelled = false, monthOnly = false } = options;
  const hits = findWhole(plain, order, labelled);
  if (hits.length > 0) return hits;
  const mended = findMended(plain, order);
  return mended.length > 0 || !monthOnly ? mended : findMonths(plain);
}

/** Everything a date's reading needs of its text. */
interface Reading {
  text: string;
  tokens: readonly DateToken[];
  order: DayOrder;
}

/**
 * Three numbers with marks between, eight digits in a row, or a letter near a digit that may belong to a month: without
 * one of them a text has no date, as rows of amounts have none.
 */
const SHAPE = /\d ?[/\-–.] ?\d{1,2} ?[/\-–.] ?\d|\d{8}|[\p{L}\p{M}]/u;

function mayHoldDate(text: string): boolean {
  return SHAPE.test(text);
}

function findWhole(text: string, order: DayOrder, labelled: boolean): DateHit[] {
  const hits: DateHit[] = [];
  if (!mayHoldDate(text)) return hits;
  const reading: Reading = { text, tokens: tokenize(text), order };
  for (let at = 0; at < reading.tokens.length; at++) {
    if (reading.tokens[at]!.start < (hits.at(-1)?.end ?? 0)) continue;
    const hit = readAt(reading, at, labelled);
    if (hit) hits.push(hit);
  }
  return hits;
}

function readAt(reading: Reading, at: number, labelled: boolean): DateHit | undefined {
  const token = reading.tokens[at]!;
  if (!token.isNumber) return nameFirst(reading, at);
  if (token.length === 8) return labelled ? compact(token) : undefined;
  if (token.length === 4) return yearFirst(reading, at);
  if (token.length > 2) return undefined;
  return numeric(reading, at) ?? dayFirst(reading, at);
}

/** 25/12/2018 and 12/25/18: three numbers with the same mark between them. */
function numeric({ text, tokens, order }: Reading, at: number): DateHit | undefined {
  const [first, second, third] = [tokens[at]!, tokens[at + 1], tokens[at + 2]];
  if (!second?.isNumber || !third?.isNumber || second.length > 2 || text[first.start - 1] === '.') return undefined;
  const mark = markBetween(text, first, second);
  if (mark === undefined || mark !== markBetween(text, second, third)) return undefined;
  const year = yearAt(text, third);
  // 10.20.10.20 is an address of the network, 1/1/1/1 nothing.
  if (!year || (mark !== '-' && text[year.end] === mark && /\d/.test(text[year.end + 1] ?? ''))) return undefined;
  const [a, b] = [Number(first.text), Number(second.text)];
  const dayLeads = a > 12 || (b <= 12 && order === 'day-first');
  const [day, month] = dayLeads ? [a, b] : [b, a];
  const hit = toHit(year, month, day, first.start);
  if (!hit) return undefined;
  if (a > 12 || b > 12) return { ...hit, shows: dayLeads ? 'day-first' : 'month-first' };
  const alternative = a === b ? undefined : isoDate(Number(year.text), day, month);
  return alternative ? { ...hit, ambiguous: true, alternative } : hit;
}

/** 25 Dec 2018, 25DEC18, 25 de diciembre de 2018, 7. Mai 2014 */
function dayFirst({ text, tokens }: Reading, at: number): DateHit | undefined {
  const day = tokens[at]!;
  if (text[day.start - 1] === '.') return undefined;
  const nameAt = skipFillers(tokens, at + 1);
  const name = tokens[nameAt];
  if (!name || name.isNumber || !GAP.test(text.slice(tokens[nameAt - 1]!.end, name.start))) return undefined;
  const yearTokenAt = skipFillers(tokens, nameAt + 1);
  const token = tokens[yearTokenAt];
  if (!token?.isNumber || token.length < 2) return undefined;
  const found = monthNamed(name.text);
  if (!found || !GAP.test(text.slice(tokens[yearTokenAt - 1]!.end, token.start))) return undefined;
  const year = yearAt(text, token);
  if (!year || (year.text.length === 2 && (found.doubtful || isFraction(text, year.end)))) return undefined;
  return toHit(year, found.month, Number(day.text), day.start);
}

/** DEC 25, 2018 and DEC252018 */
function nameFirst({ text, tokens }: Reading, at: number): DateHit | undefined {
  const [name, number] = [tokens[at]!, tokens[at + 1]];
  if (!number?.isNumber || number.length > LONGEST_GLUED) return undefined;
  const yearTokenAt = number.length > 2 ? 0 : skipFillers(tokens, at + 2);
  if (number.length <= 2 && !tokens[yearTokenAt]?.isNumber) return undefined;
  const found = monthNamed(name.text);
  if (!found || !GAP.test(text.slice(name.end, number.start))) return undefined;
  const glued = /^(\d{1,2})((?:19|20)\d\d)$/.exec(number.text);
  if (glued) return toHit({ text: glued[2]!, end: number.end }, found.month, Number(glued[1]), name.start);
  const token = tokens[yearTokenAt];
  if (number.length > 2 || !token?.isNumber) return undefined;
  const gap = text.slice(tokens[yearTokenAt - 1]!.end, token.start);
  const year = yearAt(text, token);
  if (!year || gap === '' || !GAP.test(gap)) return undefined;
  // "SET 10 18.90" is a thing, a count and a price.
  if (year.text.length === 2 && (found.doubtful || isFraction(text, year.end))) return undefined;
  return toHit(year, found.month, Number(number.text), name.start);
}

/** 2018-12-25, 2018/Dec/25 and 2018年12月25日 */
function yearFirst({ text, tokens }: Reading, at: number): DateHit | undefined {
  const year = tokens[at]!;
  if (!isYear(year.text)) return undefined;
  const signed = YEAR_SIGNS.has(tokens[at + 1]?.text ?? '') && MONTH_SIGNS.has(tokens[at + 3]?.text ?? '');
  const [middle, last] = signed ? [tokens[at + 2], tokens[at + 4]] : [tokens[at + 1], tokens[at + 2]];
  if (!middle || !last?.isNumber) return undefined;
  const day = dayAt(text, last);
  if (!day) return undefined;
  const ends = { text: year.text, end: day.end };
  if (signed) return toHit(ends, Number(middle.text), Number(day.text), year.start);
  if (!middle.isNumber) {
    const gaps = GAP.test(text.slice(year.end, middle.start)) && GAP.test(text.slice(middle.end, last.start));
    return gaps ? toHit(ends, monthNamed(middle.text)?.month ?? 0, Number(day.text), year.start) : undefined;
  }
  const mark = markBetween(text, year, middle);
  if (middle.length > 2 || mark === undefined || mark !== markBetween(text, middle, last)) return undefined;
  return toHit(ends, Number(middle.text), Number(day.text), year.start);
}

/** 20181225, or 25122018 */
function compact({ text, start, end }: DateToken): DateHit | undefined {
  const [head, tail] = [text.slice(0, 4), text.slice(4)];
  const byYear = isYear(head) && toHit({ text: head, end }, Number(tail.slice(0, 2)), Number(tail.slice(2)), start);
  if (byYear) return byYear;
  return isYear(tail) ? toHit({ text: tail, end }, Number(head.slice(2)), Number(head.slice(0, 2)), start) : undefined;
}

function toHit(
  year: { text: string; end: number },
  month: number,
  day: number,
  start: number,
  monthOnly = false,
): DateHit | undefined {
  const value = isoDate(Number(year.text), month, day);
  if (!value) return undefined;
  return { value, start, end: year.end, ambiguous: false, mended: false, fullYear: year.text.length === 4, monthOnly };
}

/**
 * The year at the head of a number. A time may be glued to it: "25/12/201812:30" and "25/12/1812:30:45"; with two
 * digits left before the colon the year has two.
 */
function yearAt(text: string, token: DateToken): { text: string; end: number } | undefined {
  const digits = token.text;
  const timed = /^:\d/.test(text.slice(token.end, token.end + 2));
  const length =
    digits.length - (timed && digits.length > 2 ? (digits.length === 3 || digits.length === 5 ? 1 : 2) : 0);
  const year = digits.slice(0, length);
  if (length === 4 && isYear(year)) return { text: year, end: token.start + 4 };
  if (length !== 2 || (digits.length === 2 && LOOKALIKE_YEAR.test(text.slice(token.end, token.end + 3))))
    return undefined;
  return { text: year, end: token.start + 2 };
}

function dayAt(text: string, token: DateToken): { text: string; end: number } | undefined {
  const timed = token.length > 2 && text[token.end] === ':';
  const day = timed ? token.text.slice(0, 2) : token.text;
  return day.length <= 2 ? { text: day, end: token.start + day.length } : undefined;
}

function isYear(digits: string): boolean {
  return digits.startsWith('20') || digits.startsWith('19');
}

function isFraction(text: string, at: number): boolean {
  return /^[.,]\d/.test(text.slice(at, at + 2));
}

function markBetween(text: string, a: DateToken, b: DateToken): string | undefined {
  if (b.start - a.end === 1) return /[/.\-–]/.test(text[a.end]!) ? text[a.end] : undefined;
  return b.start - a.end > 3 ? undefined : SEPARATOR.exec(text.slice(a.end, b.start))?.[1];
}

function skipFillers(tokens: readonly DateToken[], from: number): number {
  let at = from;
  while (at < from + 2 && isFiller(tokens[at])) at++;
  return at;
}

/** Few of the fillers have three letters, and they begin with D. */
function mayBeFiller(token: DateToken): boolean {
  return token.length < LONGEST_FILLER || token.text[0] === 'D' || token.text[0] === 'd';
}

function isFiller(token: DateToken | undefined): boolean {
  return (
    token !== undefined &&
    !token.isNumber &&
    token.length <= LONGEST_FILLER &&
    mayBeFiller(token) &&
    FILLERS.has(token.text.toUpperCase())
  );
}

/** "2S/I2/2O18" and "5 0CT 2018": letters count as digits, and a 0 as O, only inside what is otherwise a date. */
function findMended(text: string, order: DayOrder): DateHit[] {
  const hits: DateHit[] = [];
  if (!HAS_LOOKALIKE.test(text)) return hits;
  for (const match of text.matchAll(BROKEN)) {
    if ((match[0].match(/\d/g)?.length ?? 0) < 3) continue;
    const [hit] = findWhole(mendDigits(match[0]), order, false);
    if (hit) hits.push({ ...hit, start: match.index, end: match.index + match[0].length, mended: true });
  }
  if (hits.length > 0) return hits;
  const named = text.replace(ZERO_FOR_O, (name) => name.replace('0', 'O'));
  return named === text ? [] : findWhole(named, order, false).map((hit) => ({ ...hit, mended: true }));
}

/** FEB 2023 and, failing that, 02/2023 */
function findMonths(text: string): DateHit[] {
  const tokens = tokenize(text);
  const named: DateHit[] = [];
  const numbered: DateHit[] = [];
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    if (!next?.isNumber || (next.length !== 2 && !(next.length === 4 && next.text.startsWith('20')))) return;
    const year = { text: next.text, end: next.end };
    if (!token.isNumber) {
      const month = GAP.test(text.slice(token.end, next.start)) ? (monthNamed(token.text)?.month ?? 0) : 0;
      const hit = month && lastOf(year, month, token.start);
      if (hit) named.push(hit);
    } else if (token.length <= 2 && markBetween(text, token, next) && standsAlone(text, token.start, next.end)) {
      const hit = lastOf(year, Number(token.text), token.start);
      if (hit) numbered.push(hit);
    }
  });
  return named.length > 0 ? named : numbered;
}

function lastOf(year: { text: string; end: number }, month: number, start: number): DateHit | undefined {
  if (month < 1 || month > 12) return undefined;
  return toHit(year, month, daysIn(fullYear(Number(year.text)), month), start, true);
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !/[\d/.-]/.test(text[start - 1] ?? '') && !/[\d/.-]/.test(text[end] ?? '');
}
