import type { Barcode, Line } from '@edge-ocr/shared/contract/result';
import { guessCurrency } from './currency.ts';
import { findDates } from './dates.ts';
import { asciiDigits, MENDED_FACTOR } from './digits.ts';
import { findExpiry } from './expiry.ts';
import type { Found, FoundFields } from './found.ts';
import { isGtin, printedGtins } from './gtin.ts';
import { lineAt, placeLines, type Row } from './layout.ts';
import { type Amount, findAmounts } from './money.ts';
import { findProductName } from './product-name.ts';
import { dayOrder } from './receipt.ts';

const SKU =
  /\b(?:SKU|ITEM ?(?:NO|CODE|#)|ART(?:ICLE)?\.? ?(?:NO|CODE)?|PRODUCT ?(?:CODE|NO)|CODE|MODEL(?: ?NO)?|REF(?: ?NO)?)\b[\s.:#-]*([A-Z0-9][A-Z0-9./_-]{1,24})/i;
const QUANTITY =
  /\b(?:QTY|QUANTITY|COUNT|PACK ?OF|PCS|PIECES)\b[\s.:=-]*(\d{1,4})\b(?![.,/-]\d)|(?<![\d.,])(\d{1,4}) ?(?:PCS|PIECES|PC|UNITS?|NOS|CAPSULES|TABLETS|SHEETS|BAGS|PACK)\b/i;
const PRICE_WORD = /MRP|M\.R\.P|\bPRICE|HARGA|NOW|OUR PRICE|RETAIL|মূল্য|দাম/i;
const OLD_PRICE = /\bWAS\b|\bRRP\b|USUAL|BEFORE|\bSAVE\b|\bOFF\b|PER ?(?:KG|G|100|UNIT|L)|\/ ?(?:KG|100|L)\b|DEPOSIT/i;

/** The fields of a pack, a price tag or a shelf label. */
export function readProduct(lines: readonly Line[], rows: readonly Row[], barcodes: readonly Barcode[]): FoundFields {
  const placed = placeLines(lines);
  const price = findPrice(rows);
  const currency = findCurrency(rows, price);
  return {
    product_name: findProductName(placed),
    price: price?.found,
    currency,
    barcode: findBarcode(rows, barcodes),
    sku: findInRows(rows, SKU, 0.9),
    expiry_date: findExpiry(rows, dayOrder(currency?.value)),
    quantity: findQuantity(rows),
  };
}

interface Price {
  amount: Amount;
  found: Found<number>;
  score: number;
}

/** Large figures beside a currency or a word such as MRP; crossed-out and unit prices count less. */
function findPrice(rows: readonly Row[]): Price | undefined {
  const tallest = Math.max(1, ...rows.flatMap((row) => row.lines.map((line) => line.height)));
  const prices = rows.flatMap((row, at) => {
    if (findDates(row.text).length > 0) return [];
    const marked = PRICE_WORD.test(row.text) || PRICE_WORD.test(rows[at - 1]?.text ?? '');
    return findAmounts(row.text, { integers: PRICE_WORD.test(row.text) }).map((amount): Price => {
      const line = lineAt(row, amount.end - 1);
      const unmarked = amount.currency === undefined && !marked;
      let score = (amount.currency ? 3 : 0) + (amount.cents ? 1.5 : 0) + (3 * line.height) / tallest;
      if (marked) score += 2;
      if (OLD_PRICE.test(row.text)) score -= 3;
      if (amount.value <= 0) score -= 10;
      const sure = (unmarked ? 0.6 : 0.93) * (amount.mended ? MENDED_FACTOR : 1);
      return { amount, score, found: { value: amount.value, confidence: line.confidence * sure, lines: [line.index] } };
    });
  });
  const best = prices.reduce<Price | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
  return best && best.score > 1.5 ? best : undefined;
}

function findCurrency(rows: readonly Row[], price: Price | undefined): Found | undefined {
  if (!price) return undefined;
  const marks = price.amount.currency ? [price.amount.currency] : [];
  const guess = guessCurrency(
    marks,
    rows.map((row) => row.text),
  );
  return (
    guess && { value: guess.currency, confidence: guess.certainty * price.found.confidence, lines: price.found.lines }
  );
}

/** The decoded barcode, a GTIN before other codes; else printed digits whose check digit holds. */
function findBarcode(rows: readonly Row[], barcodes: readonly Barcode[]): Found | undefined {
  const decoded = barcodes.find(({ value }) => isGtin(value)) ?? barcodes[0];
  if (decoded) return { value: decoded.value, confidence: decoded.confidence, lines: [] };
  for (const row of rows) {
    for (const line of row.lines) {
      const [gtin] = printedGtins(asciiDigits(line.text), {
        short: row.lines.length === 1 && /^\W*[\d ]+\W*$/.test(line.text),
      });
      if (gtin)
        return { value: gtin, confidence: line.confidence * (gtin.length > 8 ? 0.9 : 0.6), lines: [line.index] };
    }
  }
  return undefined;
}

function findInRows(rows: readonly Row[], pattern: RegExp, certainty: number): Found | undefined {
  for (const row of rows) {
    const match = pattern.exec(row.text);
    const value = match?.[1]?.replace(/[./_-]+$/, '');
    if (!match || !value || !/\d/.test(value)) continue;
    const line = lineAt(row, match.index + match[0].length - 1);
    return { value, confidence: line.confidence * certainty, lines: [line.index] };
  }
  return undefined;
}

function findQuantity(rows: readonly Row[]): Found<number> | undefined {
  for (const row of rows) {
    const match = QUANTITY.exec(asciiDigits(row.text));
    const value = Number(match?.[1] ?? match?.[2] ?? 0);
    if (!match || value === 0) continue;
    const line = lineAt(row, match.index);
    return { value, confidence: line.confidence * 0.85, lines: [line.index] };
  }
  return undefined;
}
