import { type DateHit, type DateOptions, findDates } from './dates.ts';
import { squash } from './keywords.ts';
import type { Row } from './layout.ts';
import { type Amount, findAmounts } from './money.ts';
import { findTimes, type TimeHit } from './times.ts';

/** What several extractors ask of a row; each is read once and forgotten with the row. */
interface Readings {
  amounts?: Amount[];
  wholeAmounts?: Amount[];
  dates?: (DateHit[] | undefined)[];
  times?: TimeHit[];
  squashed?: string;
}

const memory = new WeakMap<Row, Readings>();

function readingsOf(row: Row): Readings {
  const known = memory.get(row);
  if (known) return known;
  const fresh: Readings = {};
  memory.set(row, fresh);
  return fresh;
}

/** As findAmounts of the row's text. */
export function amountsIn(row: Row, { integers = false } = {}): readonly Amount[] {
  const readings = readingsOf(row);
  if (integers) readings.wholeAmounts ??= findAmounts(row.text, { integers });
  else readings.amounts ??= findAmounts(row.text);
  return (integers ? readings.wholeAmounts : readings.amounts)!;
}

/** As findDates of the row's text. */
export function datesIn(row: Row, options: DateOptions = {}): readonly DateHit[] {
  const { order = 'day-first', labelled = false, monthOnly = false } = options;
  const readings = readingsOf(row);
  readings.dates ??= [];
  const key = Number(order === 'day-first') + 2 * Number(labelled) + 4 * Number(monthOnly);
  const known = readings.dates[key];
  if (known) return known;
  const hits = findDates(row.text, options);
  readings.dates[key] = hits;
  return hits;
}

/** As findTimes of the row's text. */
export function timesIn(row: Row): readonly TimeHit[] {
  const readings = readingsOf(row);
  readings.times ??= findTimes(row.text);
  return readings.times;
}

/** As squash of the row's text. */
export function squashedOf(row: Row): string {
  const readings = readingsOf(row);
  readings.squashed ??= squash(row.text);
  return readings.squashed;
}
