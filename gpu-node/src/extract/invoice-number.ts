import type { Found } from './found.ts';
import { CUSTOMER_LABELS, NUMBER_LABELS, ORDER_LABELS, PURCHASE_ORDER_LABELS } from './invoice-labels.ts';
import { type Candidate, type Cell, type LabelSet, nearLabels, type Sheet, type ValueAt } from './label-values.ts';

import { datesIn, readingOf } from './row-readings.ts';

/**
 * A word of letters, digits and the marks that join them. A recogniser may set a joining mark off with a space
 * ("BLR _0042"), and a short prefix may stand alone ("RE 2024-17").
 */
const CODE = /(?<![A-Z0-9])(?:([A-Z]{1,4}) )?[A-Z0-9]+(?: ?[_/-] ?[A-Z0-9]+|\.[A-Z0-9]+)*/gi;
/** Two or three letters before a number that are a label's, not the number's. */
const NO_PREFIX = new Set(
  'NO NR NUM DE DU DI DA DEL OF VOM VAN ON LE LA EN TO DATE PAGE ID REF PO THE FOR IS AT EUR USD GBP INR RS BTW VAT TVA IVA GST TEL FAX'.split(
    ' ',
  ),
);
/** Groups of digits, some of one capital letter, up to the end of the line: "15 03 A 1234567". Two may be two numbers. */
const SPACED = /^[ .:#=-]{0,6}(\d{2,8}(?: (?:\d{2,8}|[A-Z])){2,6})$/;
const MAX_CODES = 6;
const LONGEST = 32;
/** A score from which on a label and its place leave no doubt. */
const SURE_SCORE = 13;
const LEAST_SCORE = 2;

export interface InvoiceNumbers {
  invoice_number: Found | undefined;
  order_number: Found | undefined;
  purchase_order: Found | undefined;
  customer_number: Found | undefined;
}

/** An invoice's number and those of its order and customer, each told by label and place. */
export function findNumbers(sheet: Sheet): InvoiceNumbers {
  return {
    invoice_number: bestCode(sheet, NUMBER_LABELS),
    order_number: bestCode(sheet, ORDER_LABELS),
    purchase_order: bestCode(sheet, PURCHASE_ORDER_LABELS),
    customer_number: bestCode(sheet, CUSTOMER_LABELS),
  };
}

function bestCode(sheet: Sheet, labels: LabelSet): Found | undefined {
  const byValue = Map.groupBy(nearLabels(sheet, labels, findCodes), ({ value }) => plain(value));
  let best: { candidate: Candidate<string>; score: number } | undefined;
  for (const own of byValue.values()) {
    const candidate = own.reduce((a, b) => (a.score >= b.score ? a : b));
    const refused = Math.min(0, ...own.map(({ score }) => score));
    const places = new Set(own.map(({ cell }) => cell.line.index)).size;
    const score = candidate.score + refused + Math.min(2, places - 1);
    if (!best || score > best.score) best = { candidate, score };
  }
  if (!best || best.score < LEAST_SCORE) return undefined;
  const { candidate, score } = best;
  const sure = 0.6 + 0.36 * Math.min(1, score / SURE_SCORE);
  return {
    value: candidate.value,
    confidence: candidate.cell.line.confidence * sure,
    lines: [candidate.cell.line.index],
  };
}

function plain(value: string): string {
  return value.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

/** Codes with a digit that are no date, no amount and no percentage. */
export function findCodes({ line }: Cell, from: number): ValueAt<string>[] {
  const { text } = line;
  const found: ValueAt<string>[] = [];
  if (readingOf(line).digits === 0) return found;
  const spaced = SPACED.exec(text.slice(from));
  if (spaced && datesIn(line).length === 0) {
    const value = spaced[1]!;
    return [{ value, start: from + spaced[0].length - value.length, end: text.length, quality: 0.5 }];
  }
  for (const match of text.slice(from).matchAll(CODE)) {
    if (found.length >= MAX_CODES) break;
    const code = trimmed(match[0], match[1]);
    const start = from + match.index + match[0].indexOf(code);
    const end = start + code.length;
    if (!isCode(code, text.slice(end, end + 4), text.slice(Math.max(0, start - 2), start))) continue;
    const wholeDate = datesIn(line).some((date) => date.start <= start && date.end >= end);
    if (!wholeDate) found.push({ value: joined(code), start, end, quality: qualityOf(code) });
  }
  return found;
}

/** The prefix goes where it is a word of its own, or nothing but letters follows it. */
function trimmed(code: string, prefix: string | undefined): string {
  if (!prefix) return code;
  const rest = code.slice(prefix.length + 1);
  return NO_PREFIX.has(prefix.toUpperCase()) || prefix !== prefix.toUpperCase() || !/^\d/.test(rest) ? rest : code;
}

/** A space on one side of a joining mark is the recogniser's. */
function joined(code: string): string {
  return code.replace(/ ([_/-])(?! )/g, '$1').replace(/(?<! )([_/-]) /g, '$1');
}

function isCode(code: string, after: string, before: string): boolean {
  if (!/\d/.test(code) || code.length > LONGEST) return false;
  // An amount, a percentage, an e-mail address or a web address.
  return !/^(?:,\d|\.\d\d(?!\d)| ?%|@)/.test(after) && !/[$€£₹@%]$|\.$/.test(before);
}

function qualityOf(code: string): number {
  const digits = code.match(/\d/g)!.length;
  return (digits === 1 ? -5 : digits === 2 ? -1.5 : 0) + (code.length >= 5 ? 0.5 : 0);
}
