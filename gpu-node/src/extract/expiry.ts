import type { DateHit, DayOrder } from './dates.ts';
import { MENDED_FACTOR } from './digits.ts';
import type { Found } from './found.ts';
import { lineAt, type Row } from './layout.ts';
import { datesIn, readingOf } from './row-readings.ts';

const EXPIRY =
  /EXP(?:IRY|IRES?|\.|\b|(?=\d|DATE))|\bE ?D ?[:.]|\bBB(?:D|E|\b|(?=\d))|BEST ?BEFORE|BEST ?BY|USE ?BY|USE ?BEFORE|SELL ?BY|CONSUME ?BEFORE|মেয়াদ/i;
const MAKING =
  /\bMFG|\bMFD|\bMANUF|\bPRODUCED|\bPROD(?:UCTION)?\.? ?(?:DATE|DT)|\bPKD|\bPACKED|\bP ?D ?[:.]|\bPACKING|উৎপাদন/i;

/** Month and year, as in "FEB 23". */
const FEWEST_DIGITS = 2;

interface Candidate {
  hit: DateHit;
  row: Row;
  score: number;
}

export interface PackDates {
  expiry_date: Found | undefined;
  manufacture_date: Found | undefined;
}

/** The date a product may be sold or used until. */
export function findExpiry(rows: readonly Row[], order: DayOrder): Found | undefined {
  return findPackDates(rows, order).expiry_date;
}

/** The dates of a pack, each told by its mark. */
export function findPackDates(rows: readonly Row[], order: DayOrder): PackDates {
  const candidates = rows.flatMap((row, at) => candidatesOf(row, rows[at - 1], order));
  return { manufacture_date: manufactureOf(candidates), expiry_date: expiryOf(candidates) };
}

/** Marked EXP, BB and the like, not MFG; a month without a day means its last day. Of two without a mark the later one expires. */
function expiryOf(candidates: readonly Candidate[]): Found | undefined {
  const latest = candidates
    .map(({ hit }) => hit.value)
    .sort()
    .at(-1);
  const scoreOf = ({ hit, score }: Candidate) => score + (hit.value !== latest ? 0 : candidates.length > 1 ? 1.5 : 0.5);
  const best = candidates.reduce<Candidate | undefined>((a, b) => (a && scoreOf(a) >= scoreOf(b) ? a : b), undefined);
  if (!best || scoreOf(best) < 1.5) return undefined;
  return toFound(best, scoreOf(best) >= 4 ? 0.97 : 0.6);
}

/** Marked MFG, PKD and the like; a month without a day is not said to be a day. */
function manufactureOf(candidates: readonly Candidate[]): Found | undefined {
  const marked = candidates.filter(({ hit, score }) => score <= -4 && !hit.monthOnly).sort((a, b) => a.score - b.score);
  return marked[0] && toFound(marked[0], 0.95);
}

function toFound({ hit, row }: Candidate, certainty: number): Found {
  const line = lineAt(row, hit.start);
  const sure = certainty * (hit.ambiguous ? 0.9 : 1) * (hit.mended ? MENDED_FACTOR : 1);
  return {
    value: hit.value,
    confidence: line.confidence * sure,
    lines: [line.index],
    ...(hit.mended && { mended: true }),
  };
}

function candidatesOf(row: Row, above: Row | undefined, order: DayOrder): Candidate[] {
  if (readingOf(row).digits < FEWEST_DIGITS) return [];
  const marked = EXPIRY.test(row.text) || (above !== undefined && EXPIRY.test(above.text) && !MAKING.test(row.text));
  const hits = datesIn(row, { order, labelled: marked, monthOnly: marked || MAKING.test(row.text) });
  return hits.map((hit, at) => {
    const before = row.text.slice(hits[at - 1]?.end ?? 0, hit.start);
    const aboveMarks = above !== undefined && datesIn(above, { monthOnly: true }).length === 0 ? above.text : '';
    let score = 0;
    if (EXPIRY.test(before)) score += 5;
    else if (MAKING.test(before)) score -= 5;
    else if (EXPIRY.test(aboveMarks) && MAKING.test(aboveMarks)) score += 1;
    else if (EXPIRY.test(aboveMarks)) score += 4;
    else if (MAKING.test(aboveMarks)) score -= 5;
    return { hit, row, score: score - (hit.monthOnly ? 0.2 : 0) };
  });
}
