import type { LineItem } from '@edge-ocr/shared/contract/result';
import { findDates } from './dates.ts';
import { asciiDigits } from './digits.ts';
import { squash } from './keywords.ts';
import type { Row } from './layout.ts';
import type { Entry } from './ledger.ts';
import { type Amount, findAmounts } from './money.ts';

const HEADINGS = [/QTY|QUANTITY/, /ITEM|DESC|PRODUCT|PARTICUIAR/, /PRICE|RATE|UPR/, /AMOUNT|AMT|TOTAI/];
/** Tax codes and marks that tills print beside amounts. */
const CODES = /(?:^|\s)(?:\*?[SZ]R?|SR|ZR|ZRL|OS|TX|T\d?|\*|@|X|:|=|-)(?=\s|$)/gi;
const QUANTITY = /(?:^|\s|\()(\d{1,4}(?:\.\d{1,3})?) ?(?:X|@|\*|UNI|PCS?|EA|NOS?)(?![A-Z])/i;
/** A code such as 620 or 0715 may stand there as well; few people buy a hundred of a thing. */
const LEADING_COUNT = /^([1-9]\d?)\s+(?=\S)/;
const MAX_ITEMS = 500;

interface Reading {
  name: string;
  amounts: Amount[];
  quantity: number | undefined;
}

/** Goods with their amounts: the rows from the table's heading, or else the first amount, to the first sum. */
export function findLineItems(rows: readonly Row[], entries: readonly Entry[]): LineItem[] {
  const { start, end } = tableOf(rows, entries);
  const readings = rows.slice(start, end).map(readRow);
  const items: LineItem[] = [];
  const taken = new Set<number>();
  readings.forEach((reading, at) => {
    if (reading.amounts.length === 0 || items.length >= MAX_ITEMS) return;
    const name = reading.name || borrowName(readings, at, taken);
    if (name) items.push(toItem(name, reading));
  });
  return items;
}

function tableOf(rows: readonly Row[], entries: readonly Entry[]): { start: number; end: number } {
  const heading = rows.findIndex((row) => isHeading(row.text));
  const firstAmount =
    entries.find(({ amounts, tags }) => amounts.length > 0 && !tags.has('identity'))?.row ?? rows.length;
  const start = heading >= 0 ? heading + 1 : Math.max(0, firstAmount - 2);
  const sums = ['total', 'subtotal', 'cash', 'change', 'rounding', 'summary', 'count'] as const;
  const ends = (entry: Entry) =>
    entry.row >= start && entry.row >= firstAmount && sums.some((tag) => entry.tags.has(tag));
  return { start, end: entries.find((entry) => ends(entry) && !isHeading(rows[entry.row]!.text))?.row ?? rows.length };
}

function isHeading(text: string): boolean {
  const squashed = squash(text);
  return HEADINGS.filter((word) => word.test(squashed)).length >= 2 && !/\d/.test(text);
}

function readRow(row: Row): Reading {
  const text = asciiDigits(row.text);
  const amounts = findDates(text).length > 0 ? [] : findAmounts(text).filter((amount) => amount.value >= 0);
  let rest = '';
  let from = 0;
  for (const { start, end } of amounts) {
    rest += `${text.slice(from, start)} `;
    from = end;
  }
  rest += text.slice(from);
  const counted =
    QUANTITY.exec(rest) ?? LEADING_COUNT.exec(rest) ?? (amounts.length > 1 ? /(?:^|\s)(\d{1,3})\s*$/.exec(rest) : null);
  const name = (counted ? rest.replace(counted[0], ' ') : rest).replace(CODES, ' ').replace(/\s+/g, ' ').trim();
  return { name: isName(name) ? name : '', amounts, quantity: counted ? Number(counted[1]) : undefined };
}

function isName(text: string): boolean {
  return (text.match(/\p{L}/gu)?.length ?? 0) >= 3;
}

/** Tills print the name above the figures, or below them; a name serves one item. */
function borrowName(readings: readonly Reading[], at: number, taken: Set<number>): string {
  for (const near of [at - 1, at - 2, at + 1]) {
    const reading = readings[near];
    if (!reading || reading.amounts.length > 0 || !reading.name || taken.has(near)) continue;
    taken.add(near);
    return reading.name;
  }
  return '';
}

function toItem(name: string, { amounts, quantity }: Reading): LineItem {
  const amount = amounts.at(-1)!.value;
  const unit = amounts.length > 1 ? amounts.at(-2)!.value : undefined;
  const ratio = unit ? amount / unit : 0;
  const derived = unit && Math.abs(ratio - Math.round(ratio)) < 0.001 && ratio >= 1 ? Math.round(ratio) : undefined;
  const fits =
    quantity !== undefined &&
    quantity > 0 &&
    (!unit || Math.abs(quantity * unit - amount) < 0.05 * Math.max(1, amount));
  const count = fits ? quantity : derived;
  return {
    name,
    ...(count !== undefined && { quantity: count }),
    ...(unit !== undefined && { unit_price: unit }),
    amount,
  };
}
