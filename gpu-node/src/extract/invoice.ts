import type { LineItem } from '@edge-ocr/shared/contract/result';
import { findCompany } from './company.ts';
import { type DateHit, findDates } from './dates.ts';
import type { Found, FoundFields } from './found.ts';
import { squash } from './keywords.ts';
import { lineAt, type Row } from './layout.ts';
import { dayOrder, readSums } from './receipt.ts';
import { findMoment } from './receipt-date.ts';

const CODE = '([A-Z0-9][A-Z0-9/_-]{1,29})';
const NUMBER_LABEL = new RegExp(
  `(?:INVOICE|INV|BILL) ?(?:NO|NUM(?:BER)?|#|ID)\\b\\.?[\\s.:#-]*${CODE}?|INVOICE ?[:#]\\s*${CODE}`,
  'i',
);
const TAX_ID =
  /(?:GSTIN|GST ?(?:ID|REG(?:ISTRATION)?|NO)|SST ?(?:ID|NO|REG)|VAT ?(?:ID|NO|REG|NUMBER)|TAX ?(?:ID|REG|NO)|TIN|BIN|ABN|EIN|UST-?ID)\.?(?: ?(?:NO|NUMBER|ID|NR))?[\s.:#)-]*([A-Z]{0,3}\d[A-Z0-9-]{5,19})/i;
const DUE = /DUEDATE|PAYMENTDUE|DUEON|PAYBY|^DUE|FAEIIIG/;

/** The fields of an invoice; sums and goods are read as on a receipt. */
export function readInvoice(rows: readonly Row[]): { fields: FoundFields; items: LineItem[]; warnings: string[] } {
  const { fields: sums, items } = readSums(rows);
  const order = dayOrder(sums.currency?.value);
  const due = findDue(rows, order);
  const issued = findMoment(due ? rows.filter((row) => row !== due.row) : rows, order);
  const fields: FoundFields = {
    issuer: findCompany(rows)?.found,
    invoice_number: findNumber(rows),
    date: issued.date,
    due_date: due?.found,
    tax_id: findTaxId(rows),
    ...sums,
  };
  return {
    fields,
    items,
    warnings: issued.ambiguous ? ['The date could also be read with day and month exchanged.'] : [],
  };
}

/** Beside its label, or alone in the row below it. */
function findNumber(rows: readonly Row[]): Found | undefined {
  for (const [at, row] of rows.entries()) {
    const match = NUMBER_LABEL.exec(row.text);
    if (!match) continue;
    const value = match[1] ?? match[2];
    if (value && /\d/.test(value)) return found(row, match.index + match[0].length - 1, value, 0.93);
    const below = rows[at + 1];
    const lone = below && new RegExp(`^${CODE}$`, 'i').exec(below.lines[0]!.text);
    if (lone && /\d/.test(lone[1]!) && findDates(lone[1]!).length === 0) return found(below, 0, lone[1]!, 0.75);
  }
  return undefined;
}

function findTaxId(rows: readonly Row[]): Found | undefined {
  for (const row of rows) {
    const match = TAX_ID.exec(row.text);
    if (match) return found(row, match.index + match[0].length - 1, match[1]!, 0.93);
  }
  return undefined;
}

function findDue(rows: readonly Row[], order: 'day-first' | 'month-first'): { row: Row; found: Found } | undefined {
  for (const [at, row] of rows.entries()) {
    if (!DUE.test(squash(row.text))) continue;
    for (const near of [row, rows[at + 1]]) {
      const hit: DateHit | undefined = near && findDates(near.text, { order, labelled: true }).at(-1);
      if (near && hit) return { row: near, found: found(near, hit.start, hit.value, hit.ambiguous ? 0.9 : 0.95) };
    }
  }
  return undefined;
}

function found(row: Row, offset: number, value: string, certainty: number): Found {
  const line = lineAt(row, offset);
  return { value, confidence: line.confidence * certainty, lines: [line.index] };
}
