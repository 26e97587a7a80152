import type { Check, LineItem } from '@edge-ocr/shared/contract/result';
import { checkIncludedTax, checkParts, checkPayment, FIELD_NAMES } from './checks.ts';
import { type Claim, claimsOf } from './claims.ts';
import { MENDED_FACTOR } from './digits.ts';
import type { Found, FoundFields } from './found.ts';
import { checkItems, checkQuantities, mendItems, sumOfItems } from './item-checks.ts';
import type { Row } from './layout.ts';
import type { Entry } from './ledger.ts';
import { readPayments } from './payments.ts';
import { type Bill, type Settled, settle } from './settle.ts';
import { PARTS, type Part } from './sums.ts';
import { fromThousandths } from './thousandths.ts';
import { totalCertainty, totalClaims } from './totals.ts';

export interface BillReading {
  fields: FoundFields;
  items: LineItem[];
  checks: Check[];
}

/** How far a label of the best kind makes its figure certain. */
const LABELLED = 0.92;
const HINTED = 0.75;
const SURE_WEIGHT = 2;
/** Of the total; a surcharge is less. */
const LARGEST_SERVICE = 0.3;
/** A check that passes halves the doubt; one that fails leaves this of the confidence. */
const FAILED_FACTOR = 0.6;

/** Total and parts, payment and goods, checked against each other. */
export function readBill(rows: readonly Row[], entries: readonly Entry[], items: readonly LineItem[]): BillReading {
  const payments = readPayments(entries);
  const offers = { ...claimsOf(entries), total: totalClaims(entries, items, payments) };
  const bill = settle(offers, { payments, items: sumOfItems(items) });
  const ends = [bill.total, bill.parts.subtotal].flatMap((end) => (end ? [end.value] : []));
  const goods = mendItems(items, ends);
  const checks = [
    ...checkQuantities(goods),
    ...checkItems(goods, bill, rows),
    ...checkParts(bill, entries),
    ...checkIncludedTax(bill, entries),
    ...checkPayment(bill, payments),
  ];
  const inCash = payments.tendered.filter(({ entry }) => !entry?.tags.has('card'));
  const fields: FoundFields = {
    ...partFields(bill),
    total: bill.total && toFound(bill.total, totalCertainty(bill.total.claim.weight)),
    cash: inCash.length === 1 ? paid(inCash[0]!) : undefined,
    change: payments.change && paid(payments.change),
  };
  return { fields: weigh(fields, checks), items: goods, checks };
}

function partFields(bill: Bill): FoundFields {
  return Object.fromEntries(
    PARTS.flatMap((part) => {
      const own = bill.parts[part];
      return own && isAnswered(part, own, bill)
        ? [[FIELD_NAMES[part], toFound(signed(own, part, bill), certaintyOf(own))]]
        : [];
    }),
  );
}

/** What only helps to check is no answer, and what a weak label names is one only where the sums agree. */
function isAnswered(part: Part, { claim, value }: Settled, { total, terms }: Bill): boolean {
  if (part === 'extra' || claim.silent) return false;
  const counted = terms?.some((term) => term.part === part) && terms.length > 1;
  // "Web service charges 4.11" of 4.11 are the goods.
  if (part === 'service' && !counted && total && Math.abs(value) > LARGEST_SERVICE * Math.abs(total.value))
    return false;
  return part !== 'subtotal' || claim.weight >= SURE_WEIGHT || counted === true;
}

/** A discount is told as what was taken off, a rounding with the sign that the sum needs. */
function signed(own: Settled, part: Part, { terms }: Bill): Settled {
  if (part === 'discount') return { ...own, value: Math.abs(own.value) };
  const term = part === 'rounding' ? terms?.find((one) => one.part === part) : undefined;
  return term ? { ...own, value: term.value } : own;
}

function certaintyOf({ claim }: Settled): number {
  return claim.weight >= SURE_WEIGHT ? LABELLED : HINTED;
}

function paid(claim: Claim): Found<number> {
  return toFound({ claim, value: Math.abs(claim.value), mended: claim.amount.mended }, LABELLED);
}

function toFound({ claim, value, mended }: Settled, certainty: number): Found<number> {
  const amounts = [claim.amount, ...(claim.others ?? [])];
  const lowest = Math.min(...amounts.map(({ confidence }) => confidence));
  return {
    value: fromThousandths(value),
    confidence: lowest * certainty * (mended ? MENDED_FACTOR : 1),
    lines: amounts.map(({ line }) => line),
    mended,
  };
}

/** A value that one check bears out is not doubted for another that fails. */
function weigh(fields: FoundFields, checks: readonly Check[]): FoundFields {
  const names = (passed: boolean) =>
    new Set(checks.filter((check) => check.passed === passed).flatMap((check) => check.fields));
  const [good, bad] = [names(true), names(false)];
  return Object.fromEntries(
    Object.entries(fields).map(([name, found]) => {
      if (found && good.has(name))
        return [name, { ...found, confidence: (1 + found.confidence) / 2, check: 'passed' as const }];
      if (found && bad.has(name))
        return [name, { ...found, confidence: found.confidence * FAILED_FACTOR, check: 'failed' as const }];
      return [name, found];
    }),
  );
}
