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

/** In the order in which they are chosen; the search goes deepest into the last. */
const CHOSEN = ['total', 'subtotal', 'tax', 'service', 'discount', 'rounding'] as const;
type Chosen = (typeof CHOSEN)[number];

interface Search {
  choices: readonly Choice[][];
  /** Most that the choices from here on can add by their labels. */
  atMost: readonly number[];
  chosen: Partial<Record<Chosen | 'extra', Figure | undefined>>;
  best: Balance;
}

/** The consistent choice: of each kind the candidate with which labels and sums together agree best. */
export function findBalance(offers: Offers): Balance {
  const all = CHOSEN.map((kind) => choices(offers, kind));
  const heaviest = all.map((own, at) => Math.max(...own.map((choice) => weightOf(choice, CHOSEN[at]!))));
  const atMost = heaviest.map((_, at) => heaviest.slice(at).reduce((sum, weight) => sum + weight, 0));
  const extra = offers.extra[0];
  const best: Balance = { total: undefined, parts: {}, terms: undefined, score: Number.NEGATIVE_INFINITY };
  search({ choices: all, atMost, chosen: { extra }, best }, 0, extra?.weight ?? 0);
  return best;
}

/** Tries each choice of a kind with each of the kinds after it, but for those that cannot be better any more. */
function search(state: Search, depth: number, soFar: number): void {
  const kind = CHOSEN[depth];
  if (kind === undefined) {
    keepBetter(state.best, state.chosen);
    return;
  }
  const after = state.atMost[depth + 1] ?? 0;
  for (const choice of state.choices[depth]!) {
    const score = soFar + weightOf(choice, kind);
    if (score + after + MOST_WORTH + ROUNDING_ERROR < state.best.score) continue;
    state.chosen[kind] = choice;
    search(state, depth + 1, score);
  }
}

const ROUNDING_ERROR = 1e-9;

function weightOf(choice: Choice, kind: Chosen): number {
  return (kind === 'total' ? TOTAL_COUNTS : 1) * (choice?.weight ?? 0);
}

type Choice = Figure | undefined;

function choices(offers: Offers, kind: Part | 'total'): Choice[] {
  const all = [...offers[kind]].sort((a, b) => b.weight - a.weight).slice(0, MOST[kind]);
  return kind === 'total' && all.length > 0 ? all : [...all, undefined];
}

function keepBetter(best: Balance, chosen: Search['chosen']): void {
  const { total } = chosen;
  const parts: Partial<Record<Part, Figure | undefined>> = chosen;
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
  const { subtotal } = parts;
  if (!subtotal) return undefined;
  const added = ADDED.map((part) => parts[part]);
  const coined = total % COIN === 0;
  let near: number | undefined;
  for (let way = 0; way < WAYS; way++) {
    if (!isWay(added, way)) continue;
    let off = subtotal.value - total;
    for (let at = 0; at < ADDED.length; at++) off += meant(added[at], at, way);
    if (off === 0) return toTerms(subtotal.value, added, way);
    if (Math.abs(off) <= TOLERANCE || (coined && Math.abs(off) < COIN / 2 + 1)) near ??= way;
  }
  return near === undefined ? undefined : toTerms(subtotal.value, added, near);
}

/** Every way in which the parts can be meant, the likeliest first. */
export function readings(parts: Partial<Record<Part, Figure | undefined>>): Term[][] {
  const added = ADDED.map((part) => parts[part]);
  const all: Term[][] = [];
  for (let way = 0; way < WAYS; way++) {
    if (isWay(added, way)) all.push(toTerms(parts.subtotal?.value ?? 0, added, way));
  }
  return all;
}

/** What is added to the subtotal. A way of reading them is a bit each, the first one's the highest. */
const ADDED = ['discount', 'service', 'extra', 'tax', 'rounding'] as const satisfies Part[];
const WAYS = 2 ** ADDED.length;

/** Whether only parts that are there are taken in their second meaning. */
function isWay(added: readonly Choice[], way: number): boolean {
  for (let at = 0; at < ADDED.length; at++) if (added[at] === undefined && isSecond(at, way)) return false;
  return true;
}

function isSecond(at: number, way: number): boolean {
  return ((way >> (ADDED.length - 1 - at)) & 1) === 1;
}

/** What a part adds: itself or nothing, a rounding with one sign or the other; a discount takes off. */
function meant(figure: Choice, at: number, way: number): number {
  if (figure === undefined) return 0;
  if (isSecond(at, way)) return ADDED[at] === 'rounding' ? -figure.value : 0;
  return ADDED[at] === 'discount' ? -Math.abs(figure.value) : figure.value;
}

/** Parts that do not count are left out, but for those that are zero by themselves. */
function toTerms(subtotal: number, added: readonly Choice[], way: number): Term[] {
  const terms = ADDED.flatMap((part, at) => {
    const figure = added[at];
    const value = meant(figure, at, way);
    return !figure || (value === 0 && figure.value !== 0) ? [] : [{ part, value }];
  });
  return [{ part: 'subtotal', value: subtotal }, ...terms];
}
