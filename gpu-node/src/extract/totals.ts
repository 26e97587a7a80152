import type { LineItem } from '@edge-ocr/shared/contract/result';
import { MENDED_FACTOR } from './digits.ts';
import type { Found } from './found.ts';
import type { Tag } from './labels.ts';
import type { Entry } from './ledger.ts';
import type { PlacedAmount } from './segments.ts';

export interface Totals {
  total: Found<number> | undefined;
  subtotal: Found<number> | undefined;
  tax: Found<number> | undefined;
}

interface Candidate {
  entry: Entry | undefined;
  amount: PlacedAmount;
  cents: number;
  score: number;
}

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
const LEAST_TOTAL_SCORE = 1;
/** From this score on, more agreement does not make a total more certain. */
const SURE_SCORE = 12;

/** Total, subtotal and tax; candidates compete by what their labels say and by which sums agree with them. */
export function findTotals(entries: readonly Entry[], items: readonly LineItem[]): Totals {
  const total = findTotal(entries, items);
  const tax = findTax(entries, total?.value);
  return { total, tax, subtotal: findSubtotal(entries, total?.value) };
}

function findTotal(entries: readonly Entry[], items: readonly LineItem[]): Found<number> | undefined {
  const candidates = [...entries.flatMap(candidateOf), ...fromCash(entries)];
  const evidence = gather(candidates, entries, items);
  for (const candidate of candidates) candidate.score += agreement(candidate, evidence);
  const best = candidates.reduce<Candidate | undefined>((a, b) => (a && a.score > b.score ? a : b), undefined);
  if (!best || best.score < LEAST_TOTAL_SCORE) return undefined;
  return toFound(best.amount, 0.5 + 0.5 * Math.min(1, best.score / SURE_SCORE), best.cents / 100);
}

function candidateOf(entry: Entry): Candidate[] {
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
  return [{ entry, amount, cents: toCents(amount.value), score }];
}

/** Cash less change is what was paid, whether or not a total is printed. */
function fromCash(entries: readonly Entry[]): Candidate[] {
  const paid = entries.filter(isPayment).flatMap((entry) => entry.amounts.slice(-1));
  const change = changeOf(entries);
  if (!change) return [];
  return paid
    .filter((amount) => amount.value > change.value)
    .map((amount) => ({ entry: undefined, amount, cents: toCents(amount.value) - toCents(change.value), score: 4 }));
}

function isPayment({ tags }: Entry): boolean {
  const pays = tags.has('cash') || tags.has('tendered') || tags.has('card');
  return pays && !tags.has('total') && !tags.has('change') && !tags.has('rounding');
}

function changeOf(entries: readonly Entry[]): PlacedAmount | undefined {
  return entries.find(({ tags, amounts }) => tags.has('change') && amounts.length > 0)?.amounts.at(-1);
}

/** Sums that can agree with a candidate, in cents; gathered once, so that long receipts cost no more by the line. */
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

function gather(candidates: readonly Candidate[], entries: readonly Entry[], items: readonly LineItem[]): Evidence {
  const totals = new Map<number, Set<number>>();
  for (const { entry, cents } of candidates) {
    if (entry?.tags.has('total')) totals.set(cents, (totals.get(cents) ?? new Set()).add(entry.row));
  }
  const steps = entries.filter(({ tags }) => tags.has('rounding') && !tags.has('total'));
  return {
    cashLessChange: new Set(candidates.filter(({ entry }) => !entry).map(({ cents }) => cents)),
    paid: new Set(entries.filter(isPayment).flatMap(({ amounts }) => amounts.map(({ value }) => toCents(value)))),
    totals,
    all: new Set(candidates.map(({ cents }) => cents)),
    roundings: steps
      .flatMap(({ amounts }) => amounts.slice(-1).map(({ value }) => Math.abs(toCents(value))))
      .filter((step) => step > 0 && step < 100)
      .slice(0, MAX_ROUNDINGS),
    items: items.length > 0 ? items.reduce((cents, item) => cents + toCents(item.amount ?? 0), 0) : undefined,
    lastRow: entries.at(-1)?.row || 1,
  };
}

function agreement({ entry, cents }: Candidate, evidence: Evidence): number {
  let score = (entry?.row ?? 0) / (10 * evidence.lastRow);
  if (entry && evidence.cashLessChange.has(cents)) score += 4;
  if (entry && !isPayment(entry) && evidence.paid.has(cents)) score += 1.5;
  const rows = evidence.totals.get(cents);
  if (rows && (rows.size > 1 || !entry || !rows.has(entry.row))) score += 1;
  if (evidence.items === cents) score += 1.5;
  for (const step of evidence.roundings) {
    // The rounded sum is what is paid; the sign of the step is often lost.
    if (cents % 5 === 0 && (evidence.all.has(cents + step) || evidence.all.has(cents - step))) score += 3;
  }
  return score;
}

function findSubtotal(entries: readonly Entry[], total: number | undefined): Found<number> | undefined {
  const fits = (entry: Entry) =>
    entry.amounts.length > 0 && !entry.tags.has('count') && !entry.tags.has('discount') && !entry.inSummary;
  const named = entries.find((entry) => fits(entry) && entry.tags.has('subtotal') && !entry.tags.has('final'));
  const untaxed = entries.find((entry) => fits(entry) && entry.tags.has('exclusive') && entry.tags.has('total'));
  const amount = (named ?? untaxed)?.amounts.at(-1);
  if (!amount) return undefined;
  return toFound(amount, total === undefined || amount.value <= total * 1.5 || total <= 0 ? 0.9 : 0.5);
}

function findTax(entries: readonly Entry[], total: number | undefined): Found<number> | undefined {
  const scored = entries.flatMap((entry) => {
    const amount = entry.amounts.at(-1);
    const { tags } = entry;
    if (!amount || !tags.has('tax') || tags.has('inclusive') || tags.has('exclusive')) return [];
    if (['identity', 'service', 'subtotal', 'count', 'rounding', 'final'].some((tag) => tags.has(tag as Tag)))
      return [];
    if (total !== undefined && Math.abs(amount.value) >= Math.abs(total) && total !== 0) return [];
    const score = (tags.has('total') ? 3 : 2) - (entry.inSummary ? 1.5 : 0) - (tags.has('discount') ? 3 : 0);
    return [{ amount, score }];
  });
  const best = scored.reduce<(typeof scored)[0] | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
  return best && best.score > 0 ? toFound(best.amount, best.score >= 2 ? 0.9 : 0.7) : undefined;
}

function toFound(amount: PlacedAmount, certainty: number, value = amount.value): Found<number> {
  const confidence = amount.confidence * certainty * (amount.mended ? MENDED_FACTOR : 1);
  return { value, confidence, lines: [amount.line] };
}

function toCents(value: number): number {
  return Math.round(value * 100);
}
