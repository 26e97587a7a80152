import type { LineItem } from '@edge-ocr/shared/contract/result';
import { findAddress } from './address.ts';
import { findCompany } from './company.ts';
import { guessCurrency } from './currency.ts';
import type { DayOrder } from './dates.ts';
import type { Found, FoundFields } from './found.ts';
import type { Row } from './layout.ts';
import { type Entry, readLedger } from './ledger.ts';
import { findLineItems } from './line-items.ts';
import { findPaymentMethod } from './payment.ts';
import { findMoment } from './receipt-date.ts';
import { findTotals } from './totals.ts';

export interface ReceiptReading {
  fields: FoundFields;
  items: LineItem[];
  warnings: string[];
}

/** The fields of a till receipt. */
export function readReceipt(rows: readonly Row[]): ReceiptReading {
  const sums = readSums(rows);
  const company = findCompany(rows);
  const moment = findMoment(rows, dayOrder(sums.fields.currency?.value));
  const fields: FoundFields = {
    company: company?.found,
    address: findAddress(rows, company?.row ?? -1),
    date: moment.date,
    time: moment.time,
    payment_method: findPaymentMethod(rows),
    ...sums.fields,
  };
  const warnings = moment.ambiguous ? ['The date could also be read with day and month exchanged.'] : [];
  return { fields, items: sums.items, warnings };
}

/** Sums, currency and goods, which receipts and invoices share. */
export function readSums(rows: readonly Row[]): {
  fields: FoundFields & { currency: Found | undefined };
  items: LineItem[];
} {
  const entries = readLedger(rows);
  const items = findLineItems(rows, entries);
  const { subtotal, tax, total } = findTotals(entries, items);
  return { fields: { subtotal, tax, total, currency: findCurrency(rows, entries) }, items };
}

function findCurrency(rows: readonly Row[], entries: readonly Entry[]): Found | undefined {
  const amounts = entries.flatMap((entry) => entry.amounts);
  const marked = amounts.filter((amount) => amount.currency);
  const guess = guessCurrency(
    marked.map((amount) => amount.currency!),
    rows.map((row) => row.text),
  );
  const origin = marked[0] ?? amounts[0];
  if (!guess || !origin) return undefined;
  return { value: guess.currency, confidence: guess.certainty * origin.confidence, lines: [origin.line] };
}

/** Only the United States write the month first. */
export function dayOrder(currency: string | number | undefined): DayOrder {
  return currency === 'USD' ? 'month-first' : 'day-first';
}
