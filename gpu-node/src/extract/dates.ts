import { daysIn, fullYear, isoDate, MONTH_NAMES, monthOf } from './calendar.ts';
import { asciiDigits, LOOKALIKE_CLASS, mendDigits } from './digits.ts';

export type DayOrder = 'day-first' | 'month-first';

export interface DateHit {
  /** YYYY-MM-DD */
  value: string;
  start: number;
  end: number;
  /** Whether day and month could change places. */
  ambiguous: boolean;
  /** Whether a letter had to be read as a digit. */
  mended: boolean;
  /** Whether the year has four digits. */
  fullYear: boolean;
  /** Whether only month and year are printed; the value is then the month's last day. */
  monthOnly: boolean;
}

// A year may be glued to the time that follows: "25/12/201812:30" or "25/12/1812:30:45".
const YEAR =
  '((?:19|20)\\d\\d(?!:|\\d(?!\\d?:))|\\d\\d(?!\\d|[OoIlSB|]\\d|\\d?[OoIlSB|]{1,2}(?![A-Za-z]))|\\d\\d(?=\\d\\d?:\\d\\d))';
const SEPARATOR = "[\\s\\-./,'’]{0,3}";
const NAME = `(${MONTH_NAMES})[A-Z]{0,6}\\.?`;
const NUMERIC = new RegExp(`(?<![\\d.])(\\d{1,2}) ?([/.\\-]) ?(\\d{1,2}) ?\\2 ?${YEAR}`, 'g');
const ISO = /(?<!\d)((?:19|20)\d\d) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d\d(?=\d\d?:|\D|$)|\d(?!\d))/g;
const DAY_NAME_YEAR = new RegExp(`(?<![\\d.])(\\d{1,2})(?:ST|ND|RD|TH)?${SEPARATOR}${NAME}${SEPARATOR}${YEAR}`, 'gi');
const NAME_DAY_YEAR = new RegExp(
  `(?<![A-Z])${NAME}[\\s\\-./]{0,3}(\\d{1,2}?)(?:ST|ND|RD|TH)?(?:[\\s\\-./,']{1,3}|(?=(?:19|20)\\d\\d))${YEAR}`,
  'gi',
);
const YEAR_NAME_DAY = new RegExp(`(?<!\\d)((?:19|20)\\d\\d)${SEPARATOR}${NAME}${SEPARATOR}(\\d{1,2})(?!\\d)`, 'gi');
const COMPACT = /(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)/g;
const NAME_YEAR = new RegExp(`(?<![A-Z\\d])${NAME}[\\s\\-./,']{0,3}((?:20)\\d\\d|\\d\\d)(?!\\d)`, 'gi');
const MONTH_YEAR = /(?<![\d/.-])(\d{1,2}) ?[/.-] ?(20\d\d|\d\d)(?![\d/.-])/g;
const BROKEN = new RegExp(
  `(?<![\\p{L}\\d])[\\d${LOOKALIKE_CLASS}]{1,2}([/.\\-])[\\d${LOOKALIKE_CLASS}]{1,2}\\1[\\d${LOOKALIKE_CLASS}]{2,4}(?![\\p{L}\\d])`,
  'gu',
);

/**
 * Dates in a text, from left to right, each form once. Day comes first where both orders are possible, unless
 * `order` says otherwise. `labelled` also accepts forms that need a word such as DATE beside them: 20181225, and
 * with `monthOnly` 12/2026.
 */
export function findDates(
  text: string,
  {
    order = 'day-first',
    labelled = false,
    monthOnly = false,
  }: { order?: DayOrder; labelled?: boolean; monthOnly?: boolean } = {},
): DateHit[] {
  const plain = asciiDigits(text);
  if (!/\d/.test(plain)) return [];
  const hits = findWhole(plain, order, labelled);
  if (hits.length === 0) hits.push(...findMended(plain, order));
  if (hits.length === 0 && monthOnly) hits.push(...findMonths(plain));
  return hits.sort((a, b) => a.start - b.start);
}

function findWhole(text: string, order: DayOrder, labelled: boolean): DateHit[] {
  const hits: DateHit[] = [];
  const add = (match: RegExpExecArray, year: string, month: number, day: number, ambiguous = false) => {
    const value = isoDate(Number(year), month, day);
    const start = match.index;
    const end = start + match[0].length;
    if (!value || hits.some((hit) => start < hit.end && hit.start < end)) return;
    hits.push({ value, start, end, ambiguous, mended: false, fullYear: year.length === 4, monthOnly: false });
  };
  for (const match of text.matchAll(ISO)) add(match, match[1]!, Number(match[3]), Number(match[4]));
  for (const match of text.matchAll(NUMERIC)) {
    const [day, month, ambiguous] = arrange(Number(match[1]), Number(match[3]), order);
    add(match, match[4]!, month, day, ambiguous);
  }
  for (const match of text.matchAll(YEAR_NAME_DAY)) add(match, match[1]!, monthOf(match[2]!), Number(match[3]));
  for (const match of text.matchAll(DAY_NAME_YEAR)) add(match, match[3]!, monthOf(match[2]!), Number(match[1]));
  for (const match of text.matchAll(NAME_DAY_YEAR)) add(match, match[3]!, monthOf(match[1]!), Number(match[2]));
  if (labelled) for (const match of text.matchAll(COMPACT)) add(match, match[1]!, Number(match[2]), Number(match[3]));
  return hits;
}

function arrange(first: number, second: number, order: DayOrder): [day: number, month: number, ambiguous: boolean] {
  if (first > 12) return [first, second, false];
  if (second > 12) return [second, first, false];
  const ambiguous = first !== second;
  return order === 'day-first' ? [first, second, ambiguous] : [second, first, ambiguous];
}

/** "2S/I2/2O18": letters count as digits only inside a word that is otherwise a date. */
function findMended(text: string, order: DayOrder): DateHit[] {
  const hits: DateHit[] = [];
  for (const match of text.matchAll(BROKEN)) {
    if ((match[0].match(/\d/g)?.length ?? 0) < 3) continue;
    const [hit] = findWhole(mendDigits(match[0]), order, false);
    if (hit) hits.push({ ...hit, start: match.index, end: match.index + match[0].length, mended: true });
  }
  return hits;
}

function findMonths(text: string): DateHit[] {
  const hits: DateHit[] = [];
  const add = (match: RegExpExecArray, month: number, year: string) => {
    const value = month >= 1 && month <= 12 && isoDate(Number(year), month, daysIn(fullYear(Number(year)), month));
    const start = match.index;
    const end = start + match[0].length;
    if (value)
      hits.push({ value, start, end, ambiguous: false, mended: false, fullYear: year.length === 4, monthOnly: true });
  };
  for (const match of text.matchAll(NAME_YEAR)) add(match, monthOf(match[1]!), match[2]!);
  if (hits.length === 0) for (const match of text.matchAll(MONTH_YEAR)) add(match, Number(match[1]), match[2]!);
  return hits;
}
