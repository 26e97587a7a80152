import type { Found } from './found.ts';
import { lineAt, type Row } from './layout.ts';
import { measureOf, UNIT_WORDS, unitOf } from './measures.ts';
import { findAmounts } from './money.ts';
import { readingOf } from './row-readings.ts';

export interface UnitPrice {
  unit_price: Found<number> | undefined;
  /** What the price is for: "kg", "100 g". */
  unit_price_per: Found | undefined;
}

const PER = new RegExp(
  `(?<=[\\d€$£₹৳¥] ?|[A-Z]{2} ?)(?:/|(?<![A-Z])(?:PER|JE|PRO|PAR|POR|AL)(?![A-Z])) ?(\\d{1,4})? ?(${UNIT_WORDS})(?![A-Z])`,
  'g',
);
const EQUALS = new RegExp(`(?<![\\d.,])(\\d{1,4}) ?(${UNIT_WORDS}) ?[=:] ?`, 'g');

/** Small print says what other things cost. */
const LONGEST_ROW = 80;

/** "RM 3.50/kg", "€1.99 / 100 g", "1 kg = 3,98 €": what a measure of the product costs. */
export function findUnitPrice(rows: readonly Row[]): UnitPrice {
  for (const row of rows) {
    if (row.length > LONGEST_ROW) continue;
    const { plain: text, digits, folded } = readingOf(row);
    if (digits === 0) continue;
    for (const match of folded.matchAll(PER)) {
      const amount = findAmounts(text.slice(0, match.index), { integers: true }).at(-1);
      const between = amount && folded.slice(amount.end, match.index);
      if (amount && amount.value > 0 && between!.trim() === '') return toFound(row, amount.value, match.index, match);
    }
    for (const match of folded.matchAll(EQUALS)) {
      const start = match.index + match[0].length;
      const [amount] = findAmounts(text.slice(start));
      if (amount && amount.value > 0 && amount.start === 0) return toFound(row, amount.value, start, match);
    }
  }
  return { unit_price: undefined, unit_price_per: undefined };
}

function toFound(row: Row, value: number, offset: number, [, digits, word]: RegExpExecArray): UnitPrice {
  const line = lineAt(row, offset);
  const origin = { confidence: 0.9 * line.confidence, lines: [line.index] };
  const count = digits === undefined ? 1 : measureOf(digits);
  const unit = unitOf(word!);
  return {
    unit_price: { value, ...origin },
    unit_price_per: { value: count === 1 ? unit : `${count} ${unit}`, ...origin },
  };
}
