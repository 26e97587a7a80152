import type { Check, LineItem } from '@edge-ocr/shared/contract/result';
import { findAddress } from './address.ts';
import { readBill } from './bill.ts';
import { findCompany } from './company.ts';
import { guessCurrency } from './currency.ts';
import { dayOrder } from './day-order.ts';
import type { Found, FoundFields } from './found.ts';
import type { Row } from './layout.ts';
import { type Entry, readLedger } from './ledger.ts';
import { findLineItems } from './line-items.ts';
import { findPaymentMethod } from './payment.ts';
import { findMoment } from './receipt-date.ts';
import { findRegistrationNumber, findTaxId } from './registration.ts';

export { dayOrder } from './day-order.ts';

export interface ReceiptReading {
  fields: FoundFields;
  items: LineItem[];
  checks: Check[];
  warnings: string[];
}

/** The fields of a till receipt. */
export function readReceipt(rows: readonly Row[]): ReceiptReading {
  const { fields: sums, items, checks } = readSums(rows);
  const company = findCompany(rows);
  const moment = findMoment(rows, dayOrder(sums.currency?.value));
  const fields: FoundFields = {
    company: company?.found,
    address: findAddress(rows, company?.row ?? -1),
    registration_number: findRegistrationNumber(rows),
    tax_id: findTaxId(rows),
    date: moment.date,
    time: moment.time,
    payment_method: findPaymentMethod(rows),
    ...sums,
  };
  return { fields, items, checks, warnings: moment.warnings };
}

export interface SumsReading {
  /** subtotal, tax, service_charge, discount, rounding, total, cash, change, and the currency. */
  fields: FoundFields & { currency: Found | undefined };
  items: LineItem[];
  /** Sums that could be checked; the messages of those that fail are for the warnings. */
  checks: Check[];
}

/** Sums, currency and goods, which receipts and invoices share. */
export function readSums(rows: readonly Row[]): SumsReading {
  const entries = readLedger(rows);
  const bill = readBill(rows, entries, findLineItems(rows, entries));
  return { ...bill, fields: { ...bill.fields, currency: findCurrency(rows, entries) } };
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
