import type { DateHit, DayOrder } from './dates.ts';
import { orderShown, orderWarning } from './day-order.ts';
import { MENDED_FACTOR } from './digits.ts';
import type { Found } from './found.ts';
import { squash } from './keywords.ts';
import { lineAt, type Row } from './layout.ts';
import { datesIn, readingOf, squashedOf, timesIn } from './row-readings.ts';

const LABEL = /DATE|TARIKH|DATUM|তারিখ/;
const OTHER_DATES =
  /EXP|VAIID|DUE|BIRTH|DOB|UNTII|PROMO|SINCE|ESTD|EFFECTIVE|CHECKIN|CHECKOUT|DEIIVERY|PRINT|REDEEM|BESTBEFORE|WARRANTY/;

export interface Moment {
  date: Found | undefined;
  time: Found | undefined;
  /** Whether day and month of the chosen date could change places, and nothing on the page tells which is meant. */
  ambiguous: boolean;
  /** A sentence for a person about that. */
  warnings: string[];
}

interface Candidate {
  hit: DateHit;
  row: number;
  score: number;
}

/**
 * The date of a sale and its time: labelled, beside a time, printed more than once, not a due or expiry date.
 * @param order What comes first where a date allows both orders, unless the page's other dates show it.
 */
export function findMoment(rows: readonly Row[], order: DayOrder): Moment {
  const usual = rows.flatMap((row, at) => candidatesOf(rows, row, at, order));
  const shown = orderShown(usual.map(({ hit }) => hit));
  const turned = shown !== undefined && shown !== order && usual.some(({ hit }) => hit.ambiguous);
  const candidates = turned ? rows.flatMap((row, at) => candidatesOf(rows, row, at, shown)) : usual;
  const times = countValues(candidates);
  for (const own of candidates) if (times.get(own.hit.value)! > 1) own.score += 1;
  const best = candidates.reduce<Candidate | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
  const ambiguous = shown === undefined && best?.hit.ambiguous === true;
  return {
    date: best && toFound(rows[best.row]!, best, ambiguous),
    time: findTime(rows, best),
    ambiguous,
    warnings: ambiguous ? [orderWarning(best!.hit, order)] : [],
  };
}

function countValues(candidates: readonly Candidate[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { hit } of candidates) counts.set(hit.value, (counts.get(hit.value) ?? 0) + 1);
  return counts;
}

function candidatesOf(rows: readonly Row[], row: Row, at: number, order: DayOrder): Candidate[] {
  const reading = readingOf(row);
  if (reading.digits === 0) return [];
  if (datesIn(row, { order, labelled: true }).length === 0) return [];
  const { squashed } = reading;
  const labelled = LABEL.test(squashed) || /DATE:?\W*$/i.test(rows[at - 1]?.text ?? '');
  return datesIn(row, { order, labelled }).map((hit) => {
    const before = squash(row.text.slice(0, hit.start));
    let score = 2;
    if (labelled) score += 3;
    if (timesIn(row).length > 0) score += 1.5;
    if (hit.fullYear) score += 1;
    if (hit.mended) score -= 1;
    if (OTHER_DATES.test(before)) score -= 4;
    return { hit, row: at, score: score - at / (4 * rows.length) };
  });
}

function toFound(row: Row, { hit, score }: Candidate, ambiguous: boolean): Found {
  const line = lineAt(row, hit.start);
  const sure = (score >= 3 ? 0.98 : 0.85) * (ambiguous ? 0.97 : 1) * (hit.mended ? MENDED_FACTOR : 1);
  return {
    value: hit.value,
    confidence: line.confidence * sure,
    lines: [line.index],
    mended: hit.mended,
    ...(hit.alternative && { alternatives: [hit.alternative] }),
  };
}

/** Best in the date's own row, then in rows that say TIME, then close to the date. Opening hours come in pairs. */
function findTime(rows: readonly Row[], date: Candidate | undefined): Found | undefined {
  let best: { found: Found; score: number } | undefined;
  rows.forEach((row, at) => {
    const hits = timesIn(row);
    const hit = at === date?.row ? (hits.find(({ end }) => end > date.hit.end) ?? hits[0]) : hits[0];
    if (!hit || (hits.length > 1 && at !== date?.row)) return;
    const distance = date ? Math.abs(at - date.row) : rows.length;
    const score = (distance === 0 ? 4 : 0) + (/TIME|MASA/.test(squashedOf(row)) ? 2 : 0) - distance / rows.length;
    if (best && best.score >= score) return;
    const line = lineAt(row, hit.end - 1);
    best = {
      score,
      found: { value: hit.value, confidence: line.confidence * (score > 0 ? 0.95 : 0.8), lines: [line.index] },
    };
  });
  return best?.found;
}
