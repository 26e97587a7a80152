import type { LineItem } from '@edge-ocr/shared/contract/result';
import { MENDED_FACTOR } from './digits.ts';
import { isHeading } from './headings.ts';
import type { Row } from './layout.ts';
import type { Entry } from './ledger.ts';
import { isMisreading } from './misread.ts';
import { type Amount, findAmounts } from './money.ts';
import { amountsIn, datesIn, readingOf } from './row-readings.ts';
import { toThousandths } from './thousandths.ts';

/** Tax codes and marks that tills print beside amounts. */
const CODES = /(?:^|\s)(?:\*?[SZ]R?|SR|ZR|ZRL|OS|TX|T\d?|\*|@|X|:|=|-)(?=\s|$)/gi;
const QUANTITY = /(?:^|\s|\()(\d{1,4}(?:\.\d{1,3})?) ?(?:X|@|\*|UNI|PCS?|EA|NOS?)(?![A-Z])/i;
/** A code such as 620 or 0715 may stand there as well; few people buy a hundred of a thing. */
const LEADING_COUNT = /^([1-9]\d?)\s+(?=\S)/;
/** Of "2 Stk x 0,99" nothing names a thing. */
const UNIT_WORD = /^\W*(?:STK|STCK|STUCK|PCS?|PIECES?|UNITS?|KG|EACH|EA|NOS|PKT|CTN|BAGS?)\W*$/i;
const MAX_ITEMS = 500;
/** "GST (6%):" is a tax; a longer label with such a word may be a thing. */
const LONGEST_TAX = 18;
/** What is left of the letters' confidence where quantity and unit price make the amount, and where nothing tells. */
const BORNE_OUT = 0.98;
const READ = 0.9;

/** "3 X 2.9000": tills that print unit prices with four decimals. */
const FINE_PRICE = /(?:^|\s)(\d{1,4}(?:\.\d{1,3})?) ?[X@*] ?(\d{1,6}\.\d{3,4})(?!\d)/i;

interface Reading {
  name: string;
  amounts: readonly Amount[];
  quantity: number | undefined;
  unitPrice: number | undefined;
  row: Row;
}

/** Goods with their amounts: the rows from the table's heading, or else the first amount, to the first sum. */
export function findLineItems(rows: readonly Row[], entries: readonly Entry[]): LineItem[] {
  const { start, end } = tableOf(rows, entries);
  const readings = rows.slice(start, end).map(readRow);
  const items: LineItem[] = [];
  const taken = new Set<number>();
  readings.forEach((reading, at) => {
    if (reading.amounts.length === 0 || items.length >= MAX_ITEMS) return;
    const lender = reading.name ? undefined : nameNear(readings, at, taken);
    const name = reading.name || lender?.name;
    if (name) items.push(toItem(name, reading, lender));
    else describeAbove(items.at(-1), reading);
  });
  return items;
}

function tableOf(rows: readonly Row[], entries: readonly Entry[]): { start: number; end: number } {
  const heading = rows.findIndex(isHeading);
  const firstAmount =
    entries.find(({ amounts, tags }) => amounts.length > 0 && !tags.has('identity'))?.row ?? rows.length;
  const start = heading >= 0 ? heading + 1 : Math.max(0, firstAmount - 2);
  const sums = ['total', 'subtotal', 'cash', 'change', 'rounding', 'summary', 'count'] as const;
  const closes = ({ tags, label }: Entry) =>
    sums.some((tag) => tags.has(tag)) ||
    (label.length <= LONGEST_TAX && (tags.has('tax') || tags.has('service')) && !tags.has('identity'));
  const ends = (entry: Entry) => entry.row >= start && entry.row >= firstAmount && closes(entry);
  return { start, end: entries.find((entry) => ends(entry) && !isHeading(rows[entry.row]!))?.row ?? rows.length };
}

function readRow(row: Row): Reading {
  const { plain: printed } = readingOf(row);
  const fine = FINE_PRICE.exec(printed);
  const text = fine ? printed.replace(fine[0], ' ') : printed;
  const found = datesIn(row).length > 0 ? [] : fine ? findAmounts(text) : amountsIn(row);
  const amounts = found.filter((amount) => amount.value >= 0 || takesOff(amount, found, text));
  let rest = '';
  let from = 0;
  for (const { start, end } of amounts) {
    rest += `${text.slice(from, start)} `;
    from = end;
  }
  rest += text.slice(from);
  const counted =
    fine ??
    QUANTITY.exec(rest) ??
    LEADING_COUNT.exec(rest) ??
    (amounts.length > 1 ? /(?:^|\s)(\d{1,3})\s*$/.exec(rest) : null);
  const name = (counted ? rest.replace(counted[0], ' ') : rest).replace(CODES, ' ').replace(/\s+/g, ' ').trim();
  return {
    name: isName(name) ? name : '',
    amounts,
    quantity: counted ? Number(counted[1]) : undefined,
    unitPrice: fine ? Number(fine[2]) : undefined,
    row,
  };
}

/** A discount or a return has its negative amount at the end of its row, not in the midst of a sentence. */
function takesOff(amount: Amount, all: readonly Amount[], text: string): boolean {
  return amount === all.at(-1) && /^\)?\s?[A-Z*]{0,3}$/i.test(text.slice(amount.end).trim());
}

function isName(text: string): boolean {
  return !UNIT_WORD.test(text) && (text.match(/\p{L}/gu)?.length ?? 0) >= 3;
}

/** Tills print the name above the figures, or below them; a name serves one item. */
function nameNear(readings: readonly Reading[], at: number, taken: Set<number>): Reading | undefined {
  for (const near of [at - 1, at - 2, at + 1]) {
    const reading = readings[near];
    if (!reading || reading.amounts.length > 0 || !reading.name || taken.has(near)) continue;
    taken.add(near);
    return reading;
  }
  return undefined;
}

/** "@2 X RM 24.35" in the row below a thing says how its amount came about. */
function describeAbove(item: LineItem | undefined, { amounts, quantity, row }: Reading): void {
  const [unit, ...others] = amounts;
  if (!item || !unit || others.length > 0 || quantity === undefined || item.unit_price !== undefined) return;
  if (!makes(quantity, unit.value, item.amount!)) return;
  item.quantity = quantity;
  item.unit_price = unit.value;
  item.lines!.push(...row.lines.map(({ index }) => index));
}

function toItem(name: string, { amounts, quantity, unitPrice, row }: Reading, lender: Reading | undefined): LineItem {
  const amount = amounts.at(-1)!.value;
  const near = unitPrice ?? unitPriceOf(amounts, quantity);
  // "@149.00 -20.00" is no price of what is taken off, "2.78 -1 -2.78" is.
  const unit = amount < 0 && near !== undefined && !isWhole(amount / near) ? undefined : near;
  const ratio = unit ? amount / unit : 0;
  const derived = unit && isWhole(ratio) && ratio >= 1 ? Math.round(ratio) : undefined;
  const fits = quantity !== undefined && quantity > 0 && (!unit || explains(quantity, unit, amount));
  const count = fits ? quantity : derived;
  const lines = [...(lender?.row.lines ?? []), ...row.lines];
  const sure = count !== undefined && unit !== undefined && makes(count, unit, amount) ? BORNE_OUT : READ;
  const mended = amounts.some((one) => one.mended) ? MENDED_FACTOR : 1;
  return {
    name,
    ...(count !== undefined && { quantity: count }),
    ...(unit !== undefined && { unit_price: unit }),
    amount,
    confidence: Math.round(Math.min(...lines.map((line) => line.confidence)) * sure * mended * 1e4) / 1e4,
    lines: lines.map(({ index }) => index),
  };
}

function isWhole(ratio: number): boolean {
  return Math.round(ratio) !== 0 && Math.abs(ratio - Math.round(ratio)) < 0.001;
}

/** A price after discount may differ a little; what differs by a misread digit is for the sums to settle. */
function explains(quantity: number, unit: number, amount: number): boolean {
  const off = Math.abs(quantity * unit - amount);
  return off < 0.05 * Math.max(1, amount) || isMisreading(toThousandths(amount), toThousandths(quantity * unit));
}

/** Of the figures before the amount the one that explains it: a column of discounts may stand between. */
function unitPriceOf(amounts: readonly Amount[], quantity: number | undefined): number | undefined {
  const amount = amounts.at(-1)!.value;
  const before = amounts.slice(0, -1).map(({ value }) => value);
  return before.findLast((unit) => makes(quantity ?? 1, unit, amount)) ?? before.findLast((unit) => unit !== 0);
}

/** Whether quantity times unit price is the amount, but for the rounding of one cent. */
export function makes(quantity: number, unit: number, amount: number): boolean {
  return Math.abs(quantity * unit - amount) <= 0.01;
}
