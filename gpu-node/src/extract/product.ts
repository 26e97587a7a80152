import type { Barcode } from '@edge-ocr/shared/contract/result';
import { findBrand } from './brand.ts';
import { guessCurrency } from './currency.ts';
import { MENDED_FACTOR } from './digits.ts';
import { findPackDates } from './expiry.ts';
import type { Found, FoundFields } from './found.ts';
import { lineAt, type Row } from './layout.ts';
import type { Amount } from './money.ts';
import { findNetContent } from './net-content.ts';
import { findCodes } from './product-codes.ts';
import { findProductName } from './product-name.ts';
import { dayOrder } from './receipt.ts';
import { amountsIn, datesIn, readingOf } from './row-readings.ts';
import { findUnitPrice } from './unit-price.ts';

const SKU =
  /\b(?:SKU|ITEM ?(?:NO|CODE|#)|ART(?:ICLE)?\.? ?(?:NO|CODE)?|PRODUCT ?(?:CODE|NO)|CODE|MODEL(?: ?NO)?|REF(?: ?NO)?)\b[\s.:#-]*([A-Z0-9][A-Z0-9./_-]{1,24})/i;
const PRICE_WORD = /MRP|M\.R\.P|\bPRICE|HARGA|NOW|OUR PRICE|RETAIL|মূল্য|দাম/i;
const OLD_PRICE = /\bWAS\b|\bRRP\b|USUAL|BEFORE|\bSAVE\b|\bOFF\b|PER ?(?:KG|G|100|UNIT|L)|\/ ?(?:KG|100|L)\b|DEPOSIT/i;

/** The fields of a pack, a price tag or a shelf label. */
export function readProduct(rows: readonly Row[], barcodes: readonly Barcode[]): FoundFields {
  const placed = rows.flatMap((row) => row.lines).sort((a, b) => a.index - b.index);
  const price = findPrice(rows);
  const currency = findCurrency(rows, price);
  const order = dayOrder(currency?.value);
  const name = findProductName(placed);
  const { expiry, production, ...codes } = findCodes(rows, barcodes);
  const dates = findPackDates(rows, order);
  return {
    product_name: name,
    brand: findBrand(rows, placed, name),
    price: price?.found,
    currency,
    ...findUnitPrice(rows),
    ...findNetContent(rows),
    ...codes,
    sku: findInRows(rows, SKU, 0.9),
    ...dates,
    expiry_date: expiry ?? dates.expiry_date,
    manufacture_date: production ?? dates.manufacture_date,
  };
}

/** Prices stand alone or beside a few words, not in small print. */
const LONGEST_PRICE_ROW = 80;

interface Price {
  amount: Amount;
  found: Found<number>;
  score: number;
}

/** Large figures beside a currency or a word such as MRP; crossed-out and unit prices count less. */
function findPrice(rows: readonly Row[]): Price | undefined {
  const tallest = Math.max(1, ...rows.flatMap((row) => row.lines.map((line) => line.height)));
  const prices = rows.flatMap((row, at) => {
    if (row.length > LONGEST_PRICE_ROW) return [];
    if (readingOf(row).digits === 0) return [];
    const amounts = amountsIn(row, { integers: PRICE_WORD.test(row.text) });
    if (amounts.length === 0 || datesIn(row).length > 0) return [];
    const marked = PRICE_WORD.test(row.text) || PRICE_WORD.test(rows[at - 1]?.text ?? '');
    return amounts.map((amount): Price => {
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

function findInRows(rows: readonly Row[], pattern: RegExp, certainty: number): Found | undefined {
  for (const row of rows) {
    if (readingOf(row).digits === 0) continue;
    const match = pattern.exec(row.text);
    const value = match?.[1]?.replace(/[./_-]+$/, '');
    if (!match || !value || !/\d/.test(value)) continue;
    const line = lineAt(row, match.index + match[0].length - 1);
    return { value, confidence: line.confidence * certainty, lines: [line.index] };
  }
  return undefined;
}
