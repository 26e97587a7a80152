import { countDigits, countLetters, isDigit, isLetter } from './characters.ts';
import { type DateHit, type DateOptions, type DayOrder, datesOf } from './dates.ts';
import { asciiDigits } from './digits.ts';
import { fold } from './fold.ts';
import { squash } from './keywords.ts';
import { type Amount, amountsOf } from './money.ts';
import { type TimeHit, timesOf } from './times.ts';

/** Three digits are the fewest of a date, as in "5DEC18", and of a time. */
const FEWEST_DIGITS = 3;
/** Digits in a row that are a date beside a label alone, as in 20181225. */
const COMPACT = 8;
const RUN = /\d{8}/;
const NOTHING: readonly never[] = [];

/** What several extractors ask of a line or a row; each is read once and forgotten with it. */
export class Reading {
  readonly text: string;
  /** The same with the digits of other scripts as ASCII ones. */
  readonly plain: string;
  readonly digits: number;
  #longestWord: number | undefined;
  #letters: number | undefined;
  #folded: string | undefined;
  #squashed: string | undefined;
  #amounts: readonly Amount[] | undefined;
  #wholeAmounts: readonly Amount[] | undefined;
  readonly #dates: (readonly DateHit[] | undefined)[] = [];
  #months: readonly DateHit[] | undefined;
  #times: readonly TimeHit[] | undefined;

  constructor(text: string) {
    this.text = text;
    this.plain = asciiDigits(text);
    this.digits = countDigits(this.plain);
  }

  get letters(): number {
    this.#letters ??= countLetters(this.text);
    return this.#letters;
  }

  /** Letters and digits of ASCII in the longest run of them. */
  get longestWord(): number {
    this.#longestWord ??= longestRun(this.plain);
    return this.#longestWord;
  }

  /** As fold. */
  get folded(): string {
    this.#folded ??= fold(this.text);
    return this.#folded;
  }

  /** As squash. */
  get squashed(): string {
    this.#squashed ??= squash(this.text);
    return this.#squashed;
  }

  /** As findAmounts. */
  amounts({ integers = false } = {}): readonly Amount[] {
    if (this.digits === 0) return NOTHING;
    if (integers) this.#wholeAmounts ??= amountsOf(this.plain, { integers });
    else this.#amounts ??= amountsOf(this.plain);
    return (integers ? this.#wholeAmounts : this.#amounts)!;
  }

  /** As findDates, which is asked once for all options that make no difference here. */
  dates({ order = 'day-first', labelled = false, monthOnly = false }: DateOptions = {}): readonly DateHit[] {
    if (this.digits < FEWEST_DIGITS && !monthOnly) return NOTHING;
    const unlabelled = this.#datesIn(order, false);
    const own =
      labelled && this.digits >= COMPACT && this.longestWord >= COMPACT && RUN.test(this.plain)
        ? this.#datesIn(order, true)
        : unlabelled;
    if (own.length > 0 || !monthOnly) return own;
    this.#months ??= datesOf(this.plain, { monthOnly });
    return this.#months;
  }

  /** Another order changes only dates in which day and month could change places. */
  #datesIn(order: DayOrder, labelled: boolean): readonly DateHit[] {
    const key = (order === 'day-first' ? 0 : 1) + (labelled ? 2 : 0);
    const other = this.#dates[key ^ 1];
    if (other && !other.some(({ ambiguous }) => ambiguous)) return other;
    this.#dates[key] ??= datesOf(this.plain, { order, labelled });
    return this.#dates[key];
  }

  /** As findTimes. */
  times(): readonly TimeHit[] {
    if (this.digits < FEWEST_DIGITS) return NOTHING;
    this.#times ??= timesOf(this.plain);
    return this.#times;
  }
}

interface Place {
  reading: Reading;
}

export function readingOf({ reading }: Place): Reading {
  return reading;
}

export function amountsIn(place: Place, options?: { integers?: boolean }): readonly Amount[] {
  return readingOf(place).amounts(options);
}

export function datesIn(place: Place, options?: DateOptions): readonly DateHit[] {
  return readingOf(place).dates(options);
}

export function timesIn(place: Place): readonly TimeHit[] {
  return readingOf(place).times();
}

export function squashedOf(place: Place): string {
  return readingOf(place).squashed;
}

export function foldedOf(place: Place): string {
  return readingOf(place).folded;
}

function longestRun(text: string): number {
  let longest = 0;
  let run = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    run = isDigit(code) || (code < 128 && isLetter(code)) ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}
