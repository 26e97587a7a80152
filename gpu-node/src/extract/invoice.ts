import type { Check, LineItem, TaxId } from '@edge-ocr/shared/contract/result';
import { buyerLines } from './buyer-block.ts';
import type { DayOrder } from './dates.ts';
import type { Found, FoundFields } from './found.ts';
import { findBic, findIban } from './iban.ts';
import { findInvoiceDates } from './invoice-dates.ts';
import { findNumbers } from './invoice-number.ts';
import { findIssuer } from './issuer.ts';
import { sheetOf } from './label-values.ts';
import type { Row } from './layout.ts';
import { findTerms } from './payment-terms.ts';
import { dayOrder, readSums } from './receipt.ts';
import { type FoundTaxId, findTaxIds } from './tax-ids.ts';

export interface InvoiceReading {
  fields: FoundFields;
  items: LineItem[];
  taxIds: TaxId[];
  checks: Check[];
  warnings: string[];
}

/** The fields of an invoice of one or more pages; sums and goods are read as on a receipt. */
export function readInvoice(rows: readonly Row[]): InvoiceReading {
  const sheet = sheetOf(rows);
  const buyer = buyerLines(sheet);
  // What was handed over is a receipt's.
  const { fields: read, items, checks } = readSums(rows);
  const { cash: _cash, change: _change, ...sums } = read;
  const taxIds = findTaxIds(sheet, buyer);
  const terms = findTerms(sheet);
  const dates = findInvoiceDates(sheet, orderFor(sums.currency?.value, taxIds), terms);
  const { issuer, seller } = findIssuer(rows, sheet, buyer);
  const iban = findIban(sheet);
  const taxId = sellersId(taxIds);
  const fields: FoundFields = {
    issuer,
    seller,
    ...findNumbers(sheet),
    date: dates.date,
    due_date: dates.due_date,
    payment_terms: terms?.found,
    tax_id: taxId,
    iban,
    bic: findBic(sheet),
    ...sums,
  };
  return {
    fields,
    items,
    taxIds: taxIds.map(toTaxId),
    checks: [...checks, ...taxIds.flatMap(taxCheck), ...(iban ? ibanCheck(iban) : [])],
    warnings: dates.warnings,
  };
}

/** The month leads in the United States alone; a tax number of another country says that the issuer is not from there. */
function orderFor(currency: string | number | undefined, taxIds: readonly FoundTaxId[]): DayOrder {
  return taxIds.some(({ country }) => country !== undefined) ? 'day-first' : dayOrder(currency);
}

/** Its own before one whose owner is unknown; one that holds before one that cannot be checked. */
function sellersId(taxIds: readonly FoundTaxId[]): Found | undefined {
  const rank = ({ party, check, kind }: FoundTaxId) =>
    (party === 'seller' ? 4 : 0) + (check === 'passed' ? 2 : check === 'failed' ? -1 : 0) + (kind === 'other' ? 0 : 1);
  const own = taxIds.filter(({ party }) => party !== 'buyer').sort((a, b) => rank(b) - rank(a))[0];
  if (!own) return undefined;
  const { kind: _kind, country: _country, party: _party, ...found } = own;
  return found;
}

function toTaxId({ kind, country, value, party, check }: FoundTaxId): TaxId {
  return { kind, value, ...(country && { country }), ...(party && { party }), ...(check && { check }) };
}

function taxCheck({ kind, value, check }: FoundTaxId): Check[] {
  if (!check) return [];
  const passed = check === 'passed';
  const name = kind === 'gstin' ? 'GSTIN' : kind === 'abn' ? 'ABN' : 'VAT number';
  const message = passed
    ? `The check digits of the ${name} ${value} hold.`
    : `The check digits of the ${name} ${value} do not hold; compare it with the page.`;
  return [{ name: `${kind}_check_digits`, passed, fields: ['tax_ids'], message }];
}

function ibanCheck({ value, check }: Found): Check[] {
  const passed = check === 'passed';
  const message = passed
    ? 'The check digits of the IBAN hold.'
    : `The check digits of the IBAN ${value} do not hold; compare it with the page before you pay.`;
  return [{ name: 'iban_check_digits', passed, fields: ['iban'], message }];
}
