/** An amount that may play a part in a sum, in thousandths, so that every currency's decimals are whole numbers. */
export interface Figure {
  value: number;
  /** How well it fits its part by its label alone. */
  weight: number;
  /** The amount on the page: one amount cannot play two parts. */
  id: number;
}

export const PARTS = ['subtotal', 'discount', 'service', 'extra', 'tax', 'rounding'] as const;
export type Part = (typeof PARTS)[number];
export type Offers = Record<Part | 'total', readonly Figure[]>;

/** subtotal − discount + service + extra + tax + rounding = total, with the parts that are there. */
export interface Balance {
  total: Figure | undefined;
  parts: Partial<Record<Part, Figure>>;
  /** The parts that the sum counts, with the sign they have in it; undefined where no such sum makes the total. */
  terms: Term[] | undefined;
  score: number;
}

export interface Term {
  part: Part;
  value: number;
}

/** What differs by no more than this was rounded, not misread. */
export const TOLERANCE = 20;
/** Where cash has no smaller coin than five. */
export const COIN = 50;
/** How many candidates of each kind are tried; the best by their labels come first. */
const MOST: Record<Part | 'total', number> = {
  total: 4,
  subtotal: 4,
  tax: 5,
  discount: 2,
  service: 2,
  extra: 1,
  rounding: 2,
};
/** A sum that holds is worth more than most labels, and the more the more parts it has. */
/** The total's label and the payment decide before sums: a part of the bill can be a sum as well. */
const TOTAL_COUNTS = 2.5;
const HOLDS = 2;
const EACH_TERM = 1;
const NEARLY = 1.2;
const MOST_WORTH = HOLDS + PARTS.length * EACH_TERM;

/** The consistent choice: of each kind the candidate with which labels and sums together agree best. */
export function findBalance(offers: Offers): Balance {
  const best = { total: undefined, parts: {}, terms: undefined, score: Number.NEGATIVE_INFINITY } as Balance;
  const extra = offers.extra[0];
  const [subtotals, taxes, services, discounts, roundings] = (
    ['subtotal', 'tax', 'service', 'discount', 'rounding'] as const
  ).map((part) => choices(offers, part)) as [Choice[], Choice[], Choice[], Choice[], Choice[]];
  for (const total of choices(offers, 'total')) {
    for (const subtotal of subtotals) {
      for (const tax of taxes) {
        for (const service of services) {
          for (const discount of discounts) {
            for (const rounding of roundings) {
              keepBetter(best, total, { subtotal, discount, service, extra, tax, rounding });
            }
          }
        }
      }
    }
  }
  return best;
}

type Choice = Figure | undefined;

function choices(offers: Offers, kind: Part | 'total'): Choice[] {
  const all = [...offers[kind]].sort((a, b) => b.weight - a.weight).slice(0, MOST[kind]);
  return kind === 'total' && all.length > 0 ? all : [...all, undefined];
}

function keepBetter(best: Balance, total: Figure | undefined, parts: Partial<Record<Part, Figure | undefined>>): void {
  let score = TOTAL_COUNTS * (total?.weight ?? 0);
  for (const part of PARTS) score += parts[part]?.weight ?? 0;
  if (score + MOST_WORTH <= best.score || overlaps(total, parts)) return;
  const { tax, subtotal } = parts;
  if (total && tax && Math.abs(tax.value) > 0.4 * Math.abs(total.value)) score -= 4;
  if (total && subtotal && Math.abs(subtotal.value) > 2 * Math.abs(total.value) && total.value !== 0) score -= 2;
  const isSame = total !== undefined && total.id === subtotal?.id;
  const terms = total && !isSame ? termsOf(parts, total.value) : undefined;
  if (terms) score += worth(terms, total!.value);
  if (score <= best.score) return;
  Object.assign(best, { total, parts: definedOf(parts), terms, score });
}

/** One amount cannot be two parts; but where no other total is printed, the subtotal is one. */
function overlaps(total: Figure | undefined, parts: Partial<Record<Part, Figure | undefined>>): boolean {
  for (let at = 0; at < PARTS.length; at++) {
    const own = parts[PARTS[at]!];
    if (!own) continue;
    if (at > 0 && own.id === total?.id) return true;
    for (let other = at + 1; other < PARTS.length; other++) if (parts[PARTS[other]!]?.id === own.id) return true;
  }
  return false;
}

function worth(terms: readonly Term[], total: number): number {
  const real = terms.filter(({ value }) => value !== 0).length;
  return sumOf(terms) === total ? HOLDS + EACH_TERM * real : NEARLY;
}

function definedOf(parts: Partial<Record<Part, Figure | undefined>>): Partial<Record<Part, Figure>> {
  return Object.fromEntries(PARTS.flatMap((part) => (parts[part] ? [[part, parts[part]]] : [])));
}

export function sumOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { value }) => sum + value, 0);
}

/**
 * The terms that make the total: discounts and taxes count where they are not yet in the subtotal, and a rounding's
 * sign is often lost. Exact sums come before those that are off by a rounding.
 */
export function termsOf(parts: Partial<Record<Part, Figure | undefined>>, total: number): Term[] | undefined {
  if (!parts.subtotal) return undefined;
  let near: Term[] | undefined;
  for (const terms of readings(parts)) {
    const off = Math.abs(sumOf(terms) - total);
    if (off === 0) return terms;
    const coined = total % COIN === 0 && off < COIN / 2 + 1;
    if (off <= TOLERANCE || coined) near ??= terms;
  }
  return near;
}

/** Every way in which the parts can be meant, the likeliest first. */
export function readings(parts: Partial<Record<Part, Figure | undefined>>): Term[][] {
  const { subtotal, discount, service, extra, tax, rounding } = parts;
  let all: Term[][] = [[{ part: 'subtotal', value: subtotal?.value ?? 0 }]];
  const branch = (part: Part, figure: Figure | undefined, ...values: number[]) => {
    if (!figure) return;
    all = all.flatMap((terms) =>
      values.map((value) => (value === 0 && figure.value !== 0 ? terms : [...terms, { part, value }])),
    );
  };
  branch('discount', discount, -Math.abs(discount?.value ?? 0), 0);
  branch('service', service, service?.value ?? 0, 0);
  branch('extra', extra, extra?.value ?? 0, 0);
  branch('tax', tax, tax?.value ?? 0, 0);
  branch('rounding', rounding, rounding?.value ?? 0, -(rounding?.value ?? 0));
  return all;
}
