import type { Check } from '@edge-ocr/shared/contract/result';
import type { Entry } from './ledger.ts';
import type { Payments } from './payments.ts';
import type { Bill, Settled } from './settle.ts';
import { COIN, type Part, readings, sumOf, type Term, type termsOf } from './sums.ts';
import { printThousandths as print } from './thousandths.ts';

/** Names in `structured` of the parts of a bill; what has none is told in messages alone. */
export const FIELD_NAMES: Record<Part, string> = {
  subtotal: 'subtotal',
  discount: 'discount',
  service: 'service_charge',
  extra: 'extra',
  tax: 'tax',
  rounding: 'rounding',
};
/** Below it a figure may be misread, and a sum that fails says nothing new. */
const SURE_LINE = 0.85;
/** Rows between subtotal and total; further apart they may be of different bills. */
const MAX_ROWS_APART = 10;

/** The parts that the check speaks of, as fields that are answered. */
function fieldsOf(terms: readonly Term[], bill: Bill): string[] {
  const parts = terms.filter(({ part }) => part !== 'extra' && !bill.parts[part]?.claim.silent);
  return [...parts.map(({ part }) => FIELD_NAMES[part]), 'total'];
}

/** Whether subtotal, discount, charges, tax and rounding make the total. */
export function checkParts(bill: Bill, entries: readonly Entry[]): Check[] {
  const { total, parts, terms } = bill;
  if (!total || !parts.subtotal) return [];
  const name = 'subtotal_and_tax_make_total';
  if (terms) {
    // A total printed twice says nothing of its parts.
    if (parts.subtotal.claim.silent && terms.filter(({ value }) => value !== 0).length === 1) return [];
    const message = `${describe(terms)} makes the total of ${print(total.value)}.`;
    return [{ name, passed: true, fields: fieldsOf(terms, bill), message }];
  }
  if (!mustHold(bill, entries)) return [];
  const [closest] = readings(claims(bill))
    .map((reading) => ({ reading, off: Math.abs(sumOf(reading) - total.value) }))
    .sort((a, b) => a.off - b.off);
  const { reading } = closest!;
  const message = `${describe(reading)} makes ${print(sumOf(reading))}, but the total says ${print(total.value)}.`;
  return [{ name, passed: false, fields: fieldsOf(reading, bill), message }];
}

/** Only where both ends are labelled and clear, and all that stands between them is understood. */
function mustHold({ total, parts }: Bill, entries: readonly Entry[]): boolean {
  const [first, last] = [parts.subtotal!, total!];
  const [from, to] = [first.claim.entry, last.claim.entry];
  if (!from?.tags.has('subtotal') || !to?.tags.has('total') || to.row - from.row > MAX_ROWS_APART || to.row <= from.row)
    return false;
  const figures = [...Object.values(parts), last];
  if (figures.some((figure) => !isClear(figure) || figure.claim.amount.cents !== last.claim.amount.cents)) return false;
  const known = new Set(Object.values(parts).flatMap(({ claim }) => [claim.amount, ...(claim.others ?? [])]));
  const between = entries.filter(({ row }) => row > from.row && row < to.row);
  return between.every((entry) => {
    const amount = entry.amounts.at(-1);
    if (!amount) return entry.tags.size === 0 && !/\d/.test(entry.label);
    return known.has(amount) || amount.value === 0 || amount.value === last.claim.amount.value;
  });
}

function isClear({ claim, mended }: Settled): boolean {
  return !mended && !claim.amount.mended && claim.amount.confidence >= SURE_LINE;
}

/** Whether a tax that the total holds and what was taxed make the total: for prices that include it. */
export function checkIncludedTax(bill: Bill, entries: readonly Entry[]): Check[] {
  const { total, parts, terms } = bill;
  const tax = parts.tax;
  if (!total || !tax || tax.value === 0 || terms?.some(({ part }) => part === 'tax')) return [];
  const nets = entries.flatMap(({ amounts }) => amounts.map(({ value }) => Math.round(value * 1000)));
  const net = nets.find((value) => value > tax.value && Math.abs(value + tax.value - total.value) < COIN / 2);
  if (net === undefined) return [];
  const message = `The total of ${print(total.value)} is ${print(net)} with ${print(tax.value)} of tax included.`;
  return [{ name: 'net_and_tax_make_total', passed: true, fields: ['tax', 'total'], message }];
}

/** Whether what was handed over, less the change, is the total. */
export function checkPayment({ total }: Bill, { tendered, change, paid }: Payments): Check[] {
  if (!total || tendered.length === 0 || total.claim.entry === undefined) return [];
  const inCash = tendered.some(({ entry }) => !entry?.tags.has('card'));
  const fields = [...(inCash ? ['cash'] : []), ...(change ? ['change'] : []), 'total'];
  const name = 'cash_less_change_is_total';
  // A total that was found as what was paid proves nothing.
  if (tendered.some(({ id }) => id === total.claim.id)) return [];
  const agrees = paid.some((sum) => sum === total.value || (sum % COIN === 0 && Math.abs(sum - total.value) < COIN));
  const given = print(tendered.reduce((sum, { value }) => sum + Math.abs(value), 0));
  const back = change ? ` less ${print(Math.abs(change.value))} of change` : '';
  if (agrees) return [{ name, passed: true, fields, message: `Payment of ${given}${back} agrees with the total.` }];
  const [only, ...others] = tendered;
  const clear = [only!, ...(change ? [change] : [])].every(
    ({ amount }) => !amount.mended && amount.confidence >= SURE_LINE,
  );
  const labelled = total.claim.entry.tags.has('total') && isClear(total);
  if (!change || others.length > 0 || !clear || !labelled || total.value <= 0) return [];
  if (Math.abs(only!.value) < Math.abs(change.value)) return [];
  const message = `Payment of ${given}${back} leaves ${print(paid[0]!)}, but the total says ${print(total.value)}.`;
  return [{ name, passed: false, fields, message }];
}

function claims({ parts }: Bill) {
  return Object.fromEntries(
    Object.entries(parts).map(([part, { claim, value }]) => [part, { ...claim, value }]),
  ) as Parameters<typeof termsOf>[0];
}

const WORDS: Record<Part, string> = {
  subtotal: 'Subtotal',
  discount: 'discount',
  service: 'service',
  extra: 'other charges',
  tax: 'tax',
  rounding: 'rounding',
};

/** "Subtotal 30.50 + tax 1.83" */
function describe(terms: readonly Term[]): string {
  return terms
    .map(
      ({ part, value }, at) =>
        `${at === 0 ? '' : value < 0 ? ' - ' : ' + '}${WORDS[part]} ${print(at === 0 ? value : Math.abs(value))}`,
    )
    .join('');
}
