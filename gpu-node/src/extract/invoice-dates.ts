import type { DateHit, DayOrder } from './dates.ts';
import { orderShown, orderWarning } from './day-order.ts';
import { MENDED_FACTOR } from './digits.ts';
import type { Found } from './found.ts';
import { DUE_LABELS, ISSUE_LABELS, OTHER_DATE_LABELS } from './invoice-labels.ts';
import { type Cell, type LabelSet, nearLabels, type Sheet, type ValueAt } from './label-values.ts';
import type { Terms } from './payment-terms.ts';
import { datesIn } from './row-readings.ts';

export interface InvoiceDates {
  date: Found | undefined;
  due_date: Found | undefined;
  /** That day and month of the date could change places. */
  warnings: string[];
}

type Role = 'issue' | 'due' | 'other';

interface Candidate {
  hit: DateHit;
  cell: Cell;
  scores: Record<Role, number>;
  place: number;
}

const ROLES: [Role, LabelSet][] = [
  ['issue', ISSUE_LABELS],
  ['due', DUE_LABELS],
  ['other', OTHER_DATE_LABELS],
];
const UNLABELLED = 3;
const SURE_SCORE = 12;
/** Dates looked at; a statement may list hundreds. */
const MAX_DATES = 200;
const RANGE = /^\s*(?:-|–|—|TO|BIS|AU|T\/M|TOT|UNTIL|THROUGH)\s*\d/i;
const NUMERIC = /\d[./-]\d{1,2}[./-]\d/;
const POINTED = /(?<![\d.])\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})(?![\d.])/;

/** The day of issue and the day it is due; each date belongs to the label that is nearest to it. */
export function findInvoiceDates(sheet: Sheet, usual: DayOrder, terms: Terms | undefined): InvoiceDates {
  const order = orderOf(sheet, usual);
  const candidates = gather(sheet, order);
  const issued = best(candidates, (own) => issueScore(own, candidates));
  const date = issued && toFound(issued.own, issued.score);
  const due = best(candidates, ({ scores }) => (scores.due > Math.max(4, scores.issue) ? scores.due : 0));
  return {
    date,
    due_date: due ? toFound(due.own, due.score) : date && terms && dueAfter(date, terms),
    warnings: issued?.own.hit.alternative ? [orderWarning(issued.own.hit, order)] : [],
  };
}

/** All numeric dates of a document are written in one order: a day over 12, or points between, gives it away. */
function orderOf(sheet: Sheet, usual: DayOrder): DayOrder {
  const cells = sheet.flat().filter(({ line }) => NUMERIC.test(line.text));
  if (cells.some(({ line }) => POINTED.test(line.text))) return 'day-first';
  return orderShown(cells.slice(0, MAX_DATES).flatMap(({ line }) => datesIn(line))) ?? usual;
}

function gather(sheet: Sheet, order: DayOrder): Candidate[] {
  const found = new Map<string, Candidate>();
  const reader = dateReader(order);
  const key = (cell: Cell, start: number) => `${cell.line.index}:${start}`;
  const rows = sheet.length;
  for (const cell of sheet.flat()) {
    if (found.size >= MAX_DATES) break;
    for (const hit of reader(cell, false)) {
      const place = (cell.line.page === 0 ? 1 : 0) - cell.row / rows - (isRange(cell, hit) ? 8 : 0);
      found.set(key(cell, hit.start), { hit, cell, scores: { issue: 0, due: 0, other: 0 }, place });
    }
  }
  const find = (cell: Cell, from: number): ValueAt<DateHit>[] =>
    reader(cell, true)
      .filter((hit) => hit.start >= from)
      .map((hit) => ({ value: hit, start: hit.start, end: hit.end }));
  for (const [role, labels] of ROLES) {
    for (const { cell, value, score } of nearLabels(sheet, labels, find)) {
      const at = key(cell, value.start);
      const own = found.get(at) ?? { hit: value, cell, scores: { issue: 0, due: 0, other: 0 }, place: 0 };
      own.scores[role] = own.scores[role] === 0 ? score : Math.max(own.scores[role], score);
      found.set(at, own);
    }
  }
  return [...found.values()];
}

function dateReader(order: DayOrder): (cell: Cell, labelled: boolean) => readonly DateHit[] {
  return ({ line }, labelled) => datesIn(line, { order, labelled });
}

function isRange({ line }: Cell, hit: DateHit): boolean {
  return (
    RANGE.test(line.text.slice(hit.end)) || /\d\s*(?:-|–|TO|BIS|AU|T\/M|TOT)\s*$/i.test(line.text.slice(0, hit.start))
  );
}

function issueScore({ hit, scores, place }: Candidate, all: readonly Candidate[]): number {
  const taken = Math.max(scores.due, scores.other);
  // A day that is due or delivered on is the day of issue only for want of a better one.
  const label = taken > Math.max(4, scores.issue) ? 0.5 : Math.max(UNLABELLED, scores.issue);
  const again = all.some((other) => other.hit !== hit && other.hit.value === hit.value) ? 0.5 : 0;
  return label + place + again + (hit.fullYear ? 0.3 : 0) - (hit.mended ? 1 : 0);
}

function best(all: readonly Candidate[], scoreOf: (own: Candidate) => number) {
  let top: { own: Candidate; score: number } | undefined;
  for (const own of all) {
    const score = scoreOf(own);
    if (score > 0 && (!top || score > top.score)) top = { own, score };
  }
  return top;
}

function toFound({ hit, cell }: Candidate, score: number): Found {
  const sure = (0.6 + 0.38 * Math.min(1, score / SURE_SCORE)) * (hit.mended ? MENDED_FACTOR : 1);
  return {
    value: hit.value,
    confidence: cell.line.confidence * sure * (hit.ambiguous ? 0.97 : 1),
    lines: [cell.line.index],
    ...(hit.mended && { mended: true }),
    ...(hit.alternative && { alternatives: [hit.alternative] }),
  };
}

/** "Net 30 days": reckoned, not read, and told so. */
function dueAfter(date: Found, { days, found }: Terms): Found | undefined {
  if (days === undefined) return undefined;
  const value = new Date(Date.parse(date.value) + days * 86_400_000).toISOString().slice(0, 10);
  const confidence = Math.min(date.confidence, found.confidence) * 0.9;
  return { value, confidence, lines: [...found.lines, ...date.lines], mended: true };
}
