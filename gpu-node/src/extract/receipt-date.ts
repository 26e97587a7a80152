import { type DateHit, type DayOrder, findDates } from './dates.ts';
import { MENDED_FACTOR } from './digits.ts';
import type { Found } from './found.ts';
import { squash } from './keywords.ts';
import { lineAt, type Row } from './layout.ts';
import { findTimes } from './times.ts';

const LABEL = /DATE|TARIKH|DATUM|তারিখ/;
const OTHER_DATES =
  /EXP|VAIID|DUE|BIRTH|DOB|UNTII|PROMO|SINCE|ESTD|EFFECTIVE|CHECKIN|CHECKOUT|DEIIVERY|PRINT|REDEEM|BESTBEFORE|WARRANTY/;

export interface Moment {
  date: Found | undefined;
  time: Found | undefined;
  /** Whether day and month of the chosen date could change places. */
  ambiguous: boolean;
}

interface Candidate {
  hit: DateHit;
  row: number;
  score: number;
}

/** The date of a sale and its time: labelled, beside a time, printed more than once, not a due or expiry date. */
export function findMoment(rows: readonly Row[], order: DayOrder): Moment {
  const candidates = rows.flatMap((row, at) => candidatesOf(rows, row, at, order));
  for (const own of candidates) {
    if (candidates.some((other) => other !== own && other.hit.value === own.hit.value)) own.score += 1;
  }
  const best = candidates.reduce<Candidate | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
  const date = best && toFound(rows[best.row]!, best);
  return { date, time: findTime(rows, best), ambiguous: best?.hit.ambiguous ?? false };
}

function candidatesOf(rows: readonly Row[], row: Row, at: number, order: DayOrder): Candidate[] {
  const squashed = squash(row.text);
  const labelled = LABEL.test(squashed) || /DATE:?\W*$/i.test(rows[at - 1]?.text ?? '');
  return findDates(row.text, { order, labelled }).map((hit) => {
    const before = squash(row.text.slice(0, hit.start));
    let score = 2;
    if (labelled) score += 3;
    if (findTimes(row.text).length > 0) score += 1.5;
    if (hit.fullYear) score += 1;
    if (hit.mended) score -= 1;
    if (OTHER_DATES.test(before)) score -= 4;
    return { hit, row: at, score: score - at / (4 * rows.length) };
  });
}

function toFound(row: Row, { hit, score }: Candidate): Found {
  const line = lineAt(row, hit.start);
  const sure = (score >= 3 ? 0.98 : 0.85) * (hit.ambiguous ? 0.97 : 1) * (hit.mended ? MENDED_FACTOR : 1);
  return { value: hit.value, confidence: line.confidence * sure, lines: [line.index] };
}

/** Best in the date's own row, then in rows that say TIME, then close to the date. Opening hours come in pairs. */
function findTime(rows: readonly Row[], date: Candidate | undefined): Found | undefined {
  let best: { found: Found; score: number } | undefined;
  rows.forEach((row, at) => {
    const hits = findTimes(row.text);
    const hit = at === date?.row ? (hits.find(({ end }) => end > date.hit.end) ?? hits[0]) : hits[0];
    if (!hit || (hits.length > 1 && at !== date?.row)) return;
    const distance = date ? Math.abs(at - date.row) : rows.length;
    const score = (distance === 0 ? 4 : 0) + (/TIME|MASA/.test(squash(row.text)) ? 2 : 0) - distance / rows.length;
    if (best && best.score >= score) return;
    const line = lineAt(row, hit.end - 1);
    best = {
      score,
      found: { value: hit.value, confidence: line.confidence * (score > 0 ? 0.95 : 0.8), lines: [line.index] },
    };
  });
  return best?.found;
}
