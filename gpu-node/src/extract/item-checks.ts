import type { Check, LineItem } from '@edge-ocr/shared/contract/result';
import type { Row } from './layout.ts';
import { makes } from './line-items.ts';
import { isMisreading } from './misread.ts';
import type { Bill } from './settle.ts';
import { printThousandths as print, toThousandths } from './thousandths.ts';

/** Below it an item may be misread. */
const SURE_ITEM = 0.75;
const COUNT =
  /(?:ITEMS?|QTYS?|QUANTITY|ITEM ?COUNT|NO\.? ?OF ?ITEMS?|ITEMS? ?SOLD)(?:\(S\))? ?[.:=]{0,2} ?(\d{1,3})(?![\d/]|[.,]\d)/gi;
const MAX_ROWS = 400;

/** The sum of the goods in thousandths; undefined where there are none. */
export function sumOfItems(items: readonly LineItem[]): number | undefined {
  if (items.length === 0) return undefined;
  return items.reduce((sum, { amount = 0 }) => sum + toThousandths(amount), 0);
}

/** Whether the goods make the subtotal, or the total where prices include all. */
export function checkItems(items: readonly LineItem[], bill: Bill, rows: readonly Row[]): Check[] {
  const sum = sumOfItems(items);
  const { total, parts } = bill;
  const end = parts.subtotal && !parts.subtotal.claim.silent ? parts.subtotal : total;
  if (sum === undefined || !end) return [];
  const [name, field] = end === total ? ['items_make_total', 'total'] : ['items_make_subtotal', 'subtotal'];
  const fields = ['line_items', field];
  if (sumsThatFit(bill, end.value).has(sum)) {
    return [{ name, passed: true, fields, message: `The line items make ${print(sum)}, as the ${field} needs.` }];
  }
  const isWhole = isWholeList(items, rows) && items.every(({ confidence = 0 }) => confidence >= SURE_ITEM);
  if (!isWhole || end.mended || parts.discount || end.claim.amount.confidence < SURE_ITEM) return [];
  const message = `The ${items.length} line items make ${print(sum)}, but the ${field} says ${print(end.value)}.`;
  return [{ name, passed: false, fields, message }];
}

/** Prices may be before or after discount, tax and rounding. */
function sumsThatFit({ total, parts }: Bill, end: number): Set<number> {
  const discount = Math.abs(parts.discount?.value ?? 0);
  const tax = parts.tax?.value ?? 0;
  const rounding = Math.abs(parts.rounding?.value ?? 0);
  const ends = [end, ...(total ? [total.value] : [])];
  return new Set(ends.flatMap((one) => [one, one + discount, one + tax, one - tax, one + rounding, one - rounding]));
}

/** A list is evidently whole where the count of things or of pieces is printed and agrees. */
function isWholeList(items: readonly LineItem[], rows: readonly Row[]): boolean {
  const pieces = items.reduce((sum, { quantity }) => sum + (quantity ?? Number.NaN), 0);
  const counts = rows
    .slice(-MAX_ROWS)
    .flatMap(({ text }) => [...text.matchAll(COUNT)].map((match) => Number(match[1])));
  return counts.some((count) => count === items.length || count === pieces);
}

/**
 * Where quantity times unit price is not the amount, and a recogniser could have misread one for the other, the sum of all
 * goods tells which is wrong: two sums agree. Returns the goods, mended.
 */
export function mendItems(items: readonly LineItem[], ends: readonly number[]): LineItem[] {
  const sum = sumOfItems(items);
  if (sum === undefined) return [];
  return items.map((item) => {
    const { quantity, unit_price: unit, amount } = item;
    if (!quantity || unit === undefined || amount === undefined || makes(quantity, unit, amount)) return item;
    const [printed, meant] = [toThousandths(amount), toThousandths(quantity * unit)];
    if (!isMisreading(printed, meant)) return item;
    if (ends.includes(sum)) return { ...item, unit_price: Math.round((amount / quantity) * 1e4) / 1e4 };
    return ends.includes(sum - printed + meant) ? { ...item, amount: meant / 1000 } : item;
  });
}

/** Whether quantity times unit price is the amount of each item that shows all three. */
export function checkQuantities(items: readonly LineItem[]): Check[] {
  const full = items.filter(({ quantity, unit_price }) => quantity !== undefined && unit_price !== undefined);
  if (full.length === 0) return [];
  const name = 'quantity_times_price_is_amount';
  const wrong = full.filter(({ quantity, unit_price, amount }) => !makes(quantity!, unit_price!, amount!));
  const [first] = wrong;
  if (!first) {
    return [
      {
        name,
        passed: true,
        fields: ['line_items'],
        message: `Quantity and unit price make the amount of ${full.length} line items.`,
      },
    ];
  }
  // A price after a discount differs by more than one misread digit.
  const { quantity, unit_price, amount, confidence = 0 } = first;
  if (
    wrong.length > 1 ||
    confidence < SURE_ITEM ||
    !isMisreading(toThousandths(amount!), toThousandths(quantity! * unit_price!))
  )
    return [];
  const message = `${quantity} times ${unit_price} is not ${amount}, the amount of one line item.`;
  return [{ name, passed: false, fields: ['line_items'], message }];
}
