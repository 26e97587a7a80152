import type { Claim } from './claims.ts';
import { isMisreading } from './misread.ts';
import type { Payments } from './payments.ts';
import {
  type Balance,
  COIN,
  findBalance,
  type Offers,
  PARTS,
  type Part,
  readings,
  sumOf,
  type Term,
  TOLERANCE,
  termsOf,
} from './sums.ts';

/** A part of the bill as it is believed: the value that is printed, or what the sums say was meant. */
export interface Settled {
  claim: Claim;
  value: number;
  mended: boolean;
}

export interface Bill {
  total: Settled | undefined;
  parts: Partial<Record<Part, Settled>>;
  /** The terms that make the total, where such a sum was found. */
  terms: Term[] | undefined;
}

/** What the sums can be held against, in thousandths. */
export interface Witnesses {
  payments: Payments;
  /** The sum of the goods, where each has an amount. */
  items: number | undefined;
}

/**
 * The consistent reading of a bill, in which a value is mended only when two sums that do not depend on each other agree
 * on another one that a recogniser could have misread so.
 */
export function settle(offers: Offers & Record<Part | 'total', readonly Claim[]>, witnesses: Witnesses): Bill {
  const bill = roundTotal(toBill(findBalance(offers)), offers);
  if (bill.terms) return bill;
  return mendTotal(bill, witnesses) ?? mendPart(bill, offers, witnesses) ?? deriveSubtotal(bill, witnesses) ?? bill;
}

function toBill({ total, parts, terms }: Balance): Bill {
  const settled = (figure: unknown): Settled => {
    const claim = figure as Claim;
    return { claim, value: claim.value, mended: claim.amount.mended || claim.entry === undefined };
  };
  return {
    total: total && settled(total),
    parts: Object.fromEntries(PARTS.flatMap((part) => (parts[part] ? [[part, settled(parts[part])]] : []))),
    terms,
  };
}

/**
 * A rounding is printed, but the rounded total could not be read: the total before it and the coin that it leads to tell.
 */
function roundTotal(bill: Bill, offers: Record<Part, readonly Claim[]>): Bill {
  const { total, parts } = bill;
  const rounding = offers.rounding.find(({ value }) => value !== 0);
  if (!total || !rounding || total.value % COIN === 0) return bill;
  const rounded = [total.value + rounding.value, total.value - rounding.value].find((value) => value % COIN === 0);
  if (rounded === undefined) return bill;
  const step: Settled = { claim: rounding, value: rounded - total.value, mended: false };
  const terms = bill.terms && [
    ...bill.terms.filter(({ part }) => part !== 'rounding'),
    { part: 'rounding' as const, value: step.value },
  ];
  const makes = terms && sumOf(terms) === rounded ? terms : undefined;
  return { total: { ...total, value: rounded, mended: true }, parts: { ...parts, rounding: step }, terms: makes };
}

/** Parts and payments, or parts and goods, agree on another total than the printed one. */
function mendTotal(bill: Bill, { payments, items }: Witnesses): Bill | undefined {
  const { total } = bill;
  const subtotal = bill.parts.subtotal?.value;
  if (!total || subtotal === undefined || payments.paid.includes(total.value)) return undefined;
  for (const terms of readings(figuresOf(bill))) {
    const sum = sumOf(terms);
    const agreed = payments.paid.includes(sum) || (items === subtotal && terms.length > 1);
    if (agreed && isMisreading(total.value, sum)) {
      return { ...bill, total: { ...total, value: sum, mended: true }, terms };
    }
  }
  return undefined;
}

/** The total is certain, and all parts but one are: what the sum needs there was misread. */
function mendPart(
  bill: Bill,
  offers: Record<Part, readonly Claim[]>,
  { payments, items }: Witnesses,
): Bill | undefined {
  const { total, parts } = bill;
  if (!total || !parts.subtotal) return undefined;
  for (const part of PARTS) {
    const own = parts[part];
    if (!own || own.claim.silent) continue;
    for (const needs of needed(bill, part)) {
      const pointless = !own.claim.amount.cents && Math.abs(own.value / 100 - needs) <= TOLERANCE;
      const meant = pointless ? own.value / 100 : needs;
      if (!isMisreading(own.value, meant)) continue;
      const witnessed =
        pointless ||
        (part === 'subtotal' && items === meant && payments.paid.includes(total.value)) ||
        (payments.paid.includes(total.value) && offers[part].some(({ value }) => value === meant)) ||
        (payments.paid.includes(total.value) && isRateOf(own.claim, meant, parts.subtotal.value));
      if (!witnessed) continue;
      const mended: Bill = { ...bill, parts: { ...parts, [part]: { ...own, value: meant, mended: true } } };
      return { ...mended, terms: termsOf(figuresOf(mended), total.value) };
    }
  }
  return undefined;
}

/** The values of one part with which the sum of all would make the total. */
function needed(bill: Bill, part: Part): number[] {
  const figures = figuresOf(bill);
  const probe = { ...figures[part]!, value: 0 };
  return readings({ ...figures, [part]: probe }).flatMap((terms) => {
    if (!terms.some((term) => term.part === part)) return [];
    const missing = bill.total!.value - sumOf(terms);
    return part === 'discount' ? [-missing] : [missing];
  });
}

/** "GST 6%": whether the value is that rate of the subtotal. */
function isRateOf({ entry }: Claim, value: number, base: number): boolean {
  const rate = /(\d{1,2}(?:[.,]\d{1,2})?) ?%/.exec(entry?.label.slice(0, 60) ?? '')?.[1];
  return rate !== undefined && Math.abs(value - (base * Number(rate.replace(',', '.'))) / 100) <= 10;
}

/** No subtotal is printed, but the goods and what is added to them make the total. */
function deriveSubtotal(bill: Bill, { items }: Witnesses): Bill | undefined {
  const { total, parts } = bill;
  const added = (parts.tax?.value ?? 0) + (parts.service?.value ?? 0);
  if (!total || (parts.subtotal && !parts.subtotal.claim.silent) || items === undefined || items === 0 || added === 0)
    return undefined;
  const claim: Claim = { ...total.claim, value: items };
  const derived: Bill = { ...bill, parts: { ...parts, subtotal: { claim, value: items, mended: true } } };
  const terms = termsOf(figuresOf(derived), total.value);
  const holds =
    terms &&
    sumOf(terms) === total.value &&
    terms.some(({ part, value }) => (part === 'tax' || part === 'service') && value !== 0);
  return holds ? { ...derived, terms } : undefined;
}

function figuresOf({ parts }: Bill): Partial<Record<Part, Claim>> {
  return Object.fromEntries(
    PARTS.flatMap((part) => {
      const own = parts[part];
      return own ? [[part, { ...own.claim, value: own.value }]] : [];
    }),
  );
}
