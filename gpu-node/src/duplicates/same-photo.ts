import type { OcrResult, Structured } from '@edge-ocr/shared/contract/result';
import { bare } from '../corrections/same-value.ts';

export interface Reading {
  readonly structured: Structured;
  readonly text: string;
}

/** Names read from copies of one receipt had at least this in common, but for those read from another line. */
const NAMES_ALIKE = 0.6;
/** Registration, telephone and other numbers in common that tell a company as well as its name does. */
const NUMBERS_OF_ONE_COMPANY = 0.7;
/**
 * Without a time to tell two purchases apart, nearly all numbers must be the same: two sales at one till differ in two
 * of them at least, and few receipts have more than sixty.
 */
const NUMBERS_OF_ONE_SALE = 0.97;
const WORDS_OF_ONE_LABEL = 0.7;
/** Hours and minutes. */
const MIN_TIME_DIGITS = 4;
/** Fewer words say nothing. */
const MIN_WORDS = 3;

/**
 * Whether two readings that look alike, and have their key facts in common if any (see factsHash), are of one photo: two
 * sales of one till on one day at one price look alike, too. Rather no than yes where it cannot be told.
 */
export function isSamePhoto(type: OcrResult['type'], hasFacts: boolean, a: Reading, b: Reading): boolean {
  if (!hasFacts) return haveSameWords(a, b);
  if (type === 'receipt') return isOneCompany(a, b) && isOneSale(a, b);
  // An invoice's number, which is among its facts, is given once.
  if (type === 'invoice') return isOneCompany(a, b);
  return true;
}

function isOneCompany(a: Reading, b: Reading): boolean {
  const nameOf = ({ structured }: Reading) => structured.company ?? structured.issuer ?? '';
  if (overlap(pairsIn(nameOf(a)), pairsIn(nameOf(b))) >= NAMES_ALIKE) return true;
  return overlap(numbersIn(a.text), numbersIn(b.text)) >= NUMBERS_OF_ONE_COMPANY;
}

function isOneSale(a: Reading, b: Reading): boolean {
  const [timeA, timeB] = [a.structured.time, b.structured.time];
  if (timeA !== undefined && timeB !== undefined) return isSameTime(timeA, timeB);
  return overlap(numbersIn(a.text), numbersIn(b.text)) >= NUMBERS_OF_ONE_SALE;
}

/**
 * Half a day apart is the same: "pm" is small and easily missed. So is a time within the other: hours or seconds may be
 * missed as well.
 */
function isSameTime(a: string, b: string): boolean {
  const [minuteA, minuteB] = [minuteOfHalfDay(a), minuteOfHalfDay(b)];
  if (minuteA !== null && minuteA === minuteB) return true;
  const [digitsA, digitsB] = [bare(a), bare(b)];
  const [shorter, longer] = digitsA.length < digitsB.length ? [digitsA, digitsB] : [digitsB, digitsA];
  return shorter.length >= MIN_TIME_DIGITS && (longer.startsWith(shorter) || longer.endsWith(shorter));
}

function minuteOfHalfDay(time: string): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})/.exec(time) ?? [];
  return hours === undefined ? null : (Number(hours) % 12) * 60 + Number(minutes);
}

/** A photo of which no facts were read, and few words, is like any other. */
function haveSameWords(a: Reading, b: Reading): boolean {
  const [wordsA, wordsB] = [wordsIn(a.text), wordsIn(b.text)];
  if (Math.min(sizeOf(wordsA), sizeOf(wordsB)) < MIN_WORDS) return false;
  return overlap(wordsA, wordsB) >= WORDS_OF_ONE_LABEL;
}

type Counts = ReadonlyMap<string, number>;

/** Dice's coefficient of two multisets, 0 to 1; 0 when both are empty. */
function overlap(a: Counts, b: Counts): number {
  let common = 0;
  for (const [key, count] of a) common += Math.min(count, b.get(key) ?? 0);
  const total = sizeOf(a) + sizeOf(b);
  return total === 0 ? 0 : (2 * common) / total;
}

function sizeOf(counts: Counts): number {
  let size = 0;
  for (const count of counts.values()) size += count;
  return size;
}

/** Letters that are read for digits, as the digits: copies of one page differ in them. */
const LOOKALIKES: Readonly<Record<string, string>> = { O: '0', Q: '0', D: '0', I: '1', L: '1', Z: '2', S: '5', B: '8' };

/** Words with two digits or more. */
function numbersIn(text: string): Counts {
  const words = text.split(/\s+/).filter((word) => (word.match(/\p{Nd}/gu)?.length ?? 0) >= 2);
  return counted(words.map((word) => bare(word).replace(/[OQDILZSB]/g, (letter) => LOOKALIKES[letter]!)));
}

function wordsIn(text: string): Counts {
  return counted(text.split(/\s+/).map(bare).filter(Boolean));
}

/** Neighbouring letters of a name. */
function pairsIn(name: string): Counts {
  const letters = [...bare(name)];
  return counted(letters.slice(1).map((letter, i) => letters[i]! + letter));
}

function counted(items: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
