import { squash } from './keywords.ts';
import type { Entry } from './ledger.ts';
import type { PlacedAmount } from './segments.ts';
import type { Figure, Part } from './sums.ts';
import { toThousandths } from './thousandths.ts';

/** A figure with the place it was read from. */
export interface Claim extends Figure {
  amount: PlacedAmount;
  entry: Entry | undefined;
  /** Further amounts that it is the sum of. */
  others?: PlacedAmount[];
  /** Whether it only helps to check sums, as a total before rounding does. */
  silent?: boolean;
}

const LARGEST_ROUNDING = 1000;
/** Distinct taxes that one bill may add up, such as CGST and SGST. */
const MAX_TAXES = 4;
const MAX_DISCOUNTS = 8;
const MANY = 1e5;
/** A net sum is the subtotal where a tax makes it the total. */
const NET = 1.9;
/** The parts of a bill by tax rate, together; less than a label is worth, so that only a sum that holds makes them one. */
const IN_PARTS = 1.9;
/** Taxes that are levied side by side, of one sale: state and union, province and federation. */
const BESIDE = 2.6;
const LEVIED_TOGETHER = /^(?:CGST|SGST|UTGST|CESS|GST|PST|QST|RST|HST)/;
/** "TOTAL 0% SUPPLIES" and "TOTAL 6% SUPPLIES (EXCL. GST)" */
const RATE_PART = /\d ?% ?SUPPL/i;

export function claimOf(entry: Entry | undefined, amount: PlacedAmount, weight: number): Claim {
  return { entry, amount, weight, value: toThousandths(amount.value), id: amount.line * MANY + amount.start };
}

/** Every amount that its label lets play a part in the sum, weighed by how well the label fits. */
export function claimsOf(entries: readonly Entry[]): Record<Part, Claim[]> {
  const claims: Record<Part, Claim[]> = { subtotal: [], discount: [], service: [], extra: [], tax: [], rounding: [] };
  const summary: Claim[] = [];
  for (const entry of entries) {
    const amount = entry.amounts.at(-1);
    if (!amount || entry.tags.size === 0) {
      if (amount && entry.inSummary) summary.push(...rateRow(entry));
      continue;
    }
    if (entry.inSummary && entry.amounts.length > 1) summary.push(...rateRow(entry));
    for (const [part, weight, silent] of partsOf(entry, amount)) {
      claims[part].push({ ...claimOf(entry, amount, weight - claims[part].length * 0.01), ...(silent && { silent }) });
    }
  }
  claims.subtotal.push(...together(entries.flatMap(ratePart), MAX_TAXES, IN_PARTS));
  claims.tax.push(
    ...levied(claims.tax),
    ...together(claims.tax, MAX_TAXES, 2.45),
    ...summary,
    ...together(
      summary.filter(({ entry }) => !entry!.tags.has('total')),
      MAX_TAXES,
      1.25,
    ),
  );
  claims.discount.push(...together(claims.discount.filter(isOwnDiscount), MAX_DISCOUNTS, 2.05));
  claims.extra.splice(
    0,
    MAX_DISCOUNTS,
    ...(claims.extra.length > 1 ? together(claims.extra, MAX_DISCOUNTS, 1) : claims.extra),
  );
  return claims;
}

function* partsOf(entry: Entry, amount: PlacedAmount): Generator<[Part, number, boolean?]> {
  const { tags, inSummary } = entry;
  const says = (...names: Parameters<typeof tags.has>[0][]) => names.some((name) => tags.has(name));
  if (says('identity', 'count', 'points', 'change')) return;
  if (says('subtotal') && !says('final', 'discount') && !inSummary) yield ['subtotal', 5];
  else if (says('exclusive') && !inSummary && !says('discount')) yield ['subtotal', says('total') ? 3.5 : 0.8];
  else if (says('total') && !says('tax', 'discount', 'rounding', 'service', 'cash') && !inSummary)
    yield ['subtotal', 0.5, true];
  else if (says('total') && says('inclusive') && !inSummary) yield ['subtotal', 0.5, true];
  if (says('tax') && !says('inclusive', 'exclusive', 'service', 'subtotal', 'rounding', 'final')) {
    const weight = says('contained') ? 2.4 : says('total') ? 3 : 2.5;
    yield ['tax', weight - (inSummary ? 1.5 : 0) - (says('discount') ? 3 : 0)];
  }
  if (says('net') && !inSummary) yield ['subtotal', NET];
  if (says('service') && !inSummary) yield ['service', 2.5];
  if (says('extra') && !inSummary && !says('total')) yield ['extra', 1];
  if (says('discount') && !says('subtotal', 'final')) yield ['discount', says('total') ? 1.5 : 2];
  const small = Math.abs(toThousandths(amount.value)) < LARGEST_ROUNDING;
  if (says('rounding') && !says('total') && small) yield ['rounding', 1.5];
}

/** "SR @ 6%  35.00  2.10" in a summary of taxes: what was taxed and its tax, and in some the sum of both. */
function rateRow(entry: Entry): Claim[] {
  const weight = entry.tags.has('total') ? 1.3 : 1.2;
  const [first, second, third] = entry.amounts.slice(-3);
  const isSum = third && toThousandths(first!.value) + toThousandths(second!.value) === toThousandths(third.value);
  const [net, tax] = isSum ? [first, second] : entry.amounts.slice(-2);
  if (!net || !tax || tax.value < 0 || tax.value >= net.value * 0.5) return [];
  return [claimOf(entry, tax, weight)];
}

function ratePart(entry: Entry): Claim[] {
  const amount = entry.amounts.at(-1);
  return amount && !entry.tags.has('inclusive') && RATE_PART.test(entry.label) ? [claimOf(entry, amount, 0)] : [];
}

/** CGST and SGST, or GST and PST: each is a part of the tax, and no other line says their sum. */
function levied(taxes: readonly Claim[]): Claim[] {
  const names = new Map<string, Claim>();
  for (const tax of taxes) {
    const name = LEVIED_TOGETHER.exec(squash(tax.entry!.label))?.[0];
    if (name && !names.has(name) && !tax.entry!.inSummary) names.set(name, tax);
  }
  const parts = [...names.values()];
  const rows = parts.map(({ entry }) => entry!.row);
  return Math.max(...rows) - Math.min(...rows) < MAX_TAXES ? together(parts, MAX_TAXES, BESIDE) : [];
}

/** "TOTAL DISCOUNT" and "YOU SAVED" say again what others took off. */
function isOwnDiscount({ entry }: Claim): boolean {
  return !entry!.tags.has('total') && !/SAV/i.test(entry!.label);
}

/** The sum of several amounts of one kind. */
function together(claims: readonly Claim[], most: number, weight: number): Claim[] {
  const [first, ...others] = claims.filter(({ value }) => value !== 0);
  if (!first || others.length === 0 || others.length >= most) return [];
  // A discount is printed with its minus or without.
  const value = claims.reduce(
    (sum, claim) => sum + (claim.entry!.tags.has('discount') ? Math.abs(claim.value) : claim.value),
    0,
  );
  return [{ ...first, value, weight, id: -first.id, others: others.map(({ amount }) => amount) }];
}
