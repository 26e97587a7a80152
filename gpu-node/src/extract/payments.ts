import { type Claim, claimOf } from './claims.ts';
import type { Entry } from './ledger.ts';

/** What was handed over and given back, in thousandths. */
export interface Payments {
  tendered: Claim[];
  change: Claim | undefined;
  /** What was paid by each payment, and by all of them, once the change is taken off. */
  paid: number[];
}

const MAX_PAYMENTS = 8;

/** A cash amount is printed positive, or negative where tills book what comes in; the change then is the positive one. */
export function readPayments(entries: readonly Entry[]): Payments {
  const all = entries.filter(isPayment).slice(0, MAX_PAYMENTS).flatMap(lastClaim);
  const booked = all.some(({ value }) => value < 0) && all.some(({ value }) => value > 0);
  const tendered = all.filter(({ value }) => value !== 0 && (!booked || value < 0));
  const printed = entries.filter(({ tags, amounts }) => tags.has('change') && amounts.length > 0).flatMap(lastClaim)[0];
  const change = printed ?? (booked ? all.find(({ value }) => value > 0) : undefined);
  const given = tendered.map(({ value }) => Math.abs(value));
  const sums = given.length > 1 ? [...given, given.reduce((a, b) => a + b, 0)] : given;
  return { tendered, change, paid: [...new Set(sums.map((sum) => sum - Math.abs(change?.value ?? 0)))] };
}

export function isPayment({ tags }: Entry): boolean {
  const pays = tags.has('cash') || tags.has('tendered') || tags.has('card');
  return pays && !tags.has('total') && !tags.has('change') && !tags.has('rounding') && !tags.has('contained');
}

function lastClaim(entry: Entry): Claim[] {
  const amount = entry.amounts.at(-1);
  return amount ? [claimOf(entry, amount, 0)] : [];
}
