import { asciiDigits } from './digits.ts';

export interface TimeHit {
  /** HH:MM or HH:MM:SS, 24 hours. */
  value: string;
  start: number;
  end: number;
}

// The hour may be glued to a date's year, so only its own digits count: "201812:30" gives 12:30.
const TIME = /(\d?\d) ?[:;] ?([0-5]\d)(?: ?[:;.] ?([0-5]\d))?(?!\d)(?: ?([AP])\.? ?M\b\.?)?/gi;
const DOTTED = /(?<!\d)(\d?\d)\.([0-5]\d) ?(?:([AP])\.? ?M\b|UHR\b)/gi;
/** 14h30 and 14 h 30 */
const WITH_H = /(?<![\d.,])(\d?\d) ?H ?([0-5]\d)(?!\d)/gi;
const COMPACT = /(?<!\d)([01]\d|2[0-3])([0-5]\d) ?HRS?\b/gi;
/** One of these letters and marks is in every form, and in few lines. */
const HINT = /\d ?[:;hap]|\d\.\d\d ?[uap]/i;
/** Times looked for in one text. */
const MAX_HITS = 8;

/** Times of day in a text, from left to right. */
export function findTimes(text: string): TimeHit[] {
  return timesOf(asciiDigits(text));
}

/** @param plain A text whose digits are ASCII ones already. */
export function timesOf(plain: string): TimeHit[] {
  const hits: TimeHit[] = [];
  if (!HINT.test(plain)) return hits;
  const add = (match: RegExpExecArray, half?: string, second?: string) => {
    const value = clock(Number(match[1]), match[2]!, second, half?.toUpperCase());
    if (value) hits.push({ value, start: match.index, end: match.index + match[0].length });
  };
  for (const match of plain.matchAll(TIME)) if (hits.length < MAX_HITS) add(match, match[4], match[3]);
  for (const match of plain.matchAll(DOTTED)) if (hits.length < MAX_HITS) add(match, match[3]);
  if (hits.length === 0) for (const match of plain.matchAll(WITH_H)) add(match);
  if (hits.length === 0) for (const match of plain.matchAll(COMPACT)) add(match);
  return hits.sort((a, b) => a.start - b.start);
}

function clock(hour: number, minute: string, second?: string, half?: string): string | undefined {
  if (hour > 23) return undefined;
  // "13:14 PM" is printed by some tills: the 24-hour clock wins.
  const full = half === 'P' && hour < 12 ? hour + 12 : half === 'A' && hour === 12 ? 0 : hour;
  return [String(full).padStart(2, '0'), minute, ...(second ? [second] : [])].join(':');
}
