import type { LineItem } from '@edge-ocr/shared/contract/result';
import { type Claim, claimOf } from './claims.ts';
import type { Tag } from './label-words.ts';
import type { Entry } from './ledger.ts';
import { isPayment, type Payments } from './payments.ts';
import { toThousandths } from './thousandths.ts';

/** What a tag adds to the chance that an amount is the total that was paid. */
const WEIGHTS: Partial<Record<Tag, number>> = {
  final: 3,
  total: 7,
  subtotal: -4.5,
  inclusive: 1,
  exclusive: -6,
  count: -14,
  discount: -14,
  change: -20,
  tendered: -5,
  service: -12,
  points: -14,
  identity: -20,
  card: 3,
  contained: -14,
  cash: 1.5,
  amount: 2.5,
};
const CANDIDATES = [
  'total',
  'subtotal',
  'cash',
  'card',
  'tendered',
  'inclusive',
  'rounding',
  'amount',
] as const satisfies Tag[];
/** A receipt has one rounding step; more are noise. */
const MAX_ROUNDINGS = 4;
/** What a sum loses that is a step on the way to the total; a final label is worth less. */
const STEP = 8;
/** Rows between a step and the sum it leads to. */
const REACH = 6;
const LEAST_TOTAL_SCORE = 1;
/** From this score on, more agreement does not make a total more certain. */
const SURE_SCORE = 12;

/** What may be the total, weighed by what labels say and by which other figures agree; the likely ones only. */
export function totalClaims(entries: readonly Entry[], items: readonly LineItem[], payments: Payments): Claim[] {
  const candidates = [...entries.flatMap(candidateOf), ...fromCash(payments)];
  const evidence = gather(candidates, entries, items);
  for (const candidate of candidates) candidate.weight += agreement(candidate, evidence);
  for (const candidate of candidates) if (isStep(candidate, candidates, entries)) candidate.weight -= STEP;
  const best = new Map<number, Claim>();
  for (const candidate of candidates) {
    const known = best.get(candidate.value);
    if (!known || candidate.weight >= known.weight) best.set(candidate.value, candidate);
  }
  return [...best.values()].filter(({ weight }) => weight >= LEAST_TOTAL_SCORE);
}

/** Whether tax is yet to be added to it, or something that was paid has been taken off it, to make a total that is printed too. */
function isStep({ entry, value }: Claim, candidates: readonly Claim[], entries: readonly Entry[]): boolean {
  const tag = entry?.tags.has('net') ? 'tax' : entry?.tags.has('balance') ? 'tendered' : undefined;
  if (!tag || !entry) return false;
  const others = candidates.filter((other) => other.entry?.tags.has('total') && other.value > value);
  if (others.length === 0) return false;
  const steps = entries.filter(({ tags, row }) => tags.has(tag) && Math.abs(row - entry.row) <= REACH);
  const values = steps.flatMap(({ amounts }) =>
    amounts.slice(-1).map((amount) => Math.abs(toThousandths(amount.value))),
  );
  const all = values.reduce((sum, step) => sum + step, 0);
  return others.some((other) => [...values, all].includes(other.value - value));
}

/** How far a weight makes a total certain, 0.5 to 1. */
export function totalCertainty(weight: number): number {
  return 0.5 + 0.5 * Math.min(1, weight / SURE_SCORE);
}

function candidateOf(entry: Entry): Claim[] {
  const amount = entry.amounts.at(-1);
  const { tags } = entry;
  if (!amount || !CANDIDATES.some((tag) => tags.has(tag))) return [];
  let score = 0;
  for (const tag of tags) score += WEIGHTS[tag] ?? 0;
  if (tags.has('subtotal') && !tags.has('total')) score += 7;
  // "AMT PAID INCL. GST", "AMOUNT INCL. GST"
  if (tags.has('inclusive') && !tags.has('total')) score += tags.has('tendered') ? 12 : 7;
  // "ROUNDING ADJ 0.02" is a step, "ROUNDING 182.00" the rounded sum.
  if (tags.has('rounding') && !tags.has('total')) score += Math.abs(amount.value) >= 1 ? 14 : -12;
  // "TOTAL 0% SUPPLIES" is a part.
  if (tags.has('rate') && !tags.has('inclusive')) score -= 3;
  if (amount.currency) score += 0.3;
  // "TOTAL GST 6%" is a tax; "TOTAL INCL. GST" is not.
  if (tags.has('tax') && !tags.has('inclusive') && !tags.has('final')) score -= 8;
  if (tags.has('rounding') && !tags.has('final')) score -= 8;
  if (tags.has('total') && tags.has('cash')) score -= 4;
  if (entry.inSummary) score -= 7;
  if (amount.value === 0) score -= 6;
  if (amount.value < 0) score -= tags.has('final') ? 0 : 2;
  if (!amount.cents && !amount.currency) score -= 2;
  return [claimOf(entry, amount, score)];
}

/** Cash less change is what was paid, whether or not a total is printed. */
function fromCash({ tendered, change }: Payments): Claim[] {
  if (!change) return [];
  return tendered
    .filter(({ value }) => Math.abs(value) > Math.abs(change.value))
    .map((claim) => ({ ...claim, entry: undefined, value: Math.abs(claim.value) - Math.abs(change.value), weight: 4 }));
}

/** Sums that can agree with a candidate, in thousandths; gathered once, so that long receipts cost no more by the line. */
interface Evidence {
  cashLessChange: Set<number>;
  paid: Set<number>;
  /** Rows in which a total of this value is printed. */
  totals: Map<number, Set<number>>;
  all: Set<number>;
  roundings: number[];
  items: number | undefined;
  lastRow: number;
}

function gather(candidates: readonly Claim[], entries: readonly Entry[], items: readonly LineItem[]): Evidence {
  const totals = new Map<number, Set<number>>();
  for (const { entry, value } of candidates) {
    if (entry?.tags.has('total')) totals.set(value, (totals.get(value) ?? new Set()).add(entry.row));
  }
  const steps = entries.filter(({ tags }) => tags.has('rounding') && !tags.has('total'));
  return {
    cashLessChange: new Set(candidates.filter(({ entry }) => !entry).map(({ value }) => value)),
    paid: new Set(entries.filter(isPayment).flatMap(({ amounts }) => amounts.map(({ value }) => toThousandths(value)))),
    totals,
    all: new Set(candidates.map(({ value }) => value)),
    roundings: steps
      .flatMap(({ amounts }) => amounts.slice(-1).map(({ value }) => Math.abs(toThousandths(value))))
      .filter((step) => step > 0 && step < 1000)
      .slice(0, MAX_ROUNDINGS),
    items: items.length > 0 ? items.reduce((sum, item) => sum + toThousandths(item.amount ?? 0), 0) : undefined,
    lastRow: entries.at(-1)?.row || 1,
  };
}

function agreement({ entry, value }: Claim, evidence: Evidence): number {
  let score = (entry?.row ?? 0) / (10 * evidence.lastRow);
  if (entry && evidence.cashLessChange.has(value)) score += 4;
  if (entry && !isPayment(entry) && evidence.paid.has(value)) score += 1.5;
  const rows = evidence.totals.get(value);
  if (rows && (rows.size > 1 || !entry || !rows.has(entry.row))) score += 1;
  if (evidence.items === value) score += 1.5;
  for (const step of evidence.roundings) {
    // The rounded sum is what is paid; the sign of the step is often lost.
    if (value % 50 === 0 && (evidence.all.has(value + step) || evidence.all.has(value - step))) score += 3;
  }
  return score;
}
