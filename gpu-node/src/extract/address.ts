import type { Found } from './found.ts';
import { endsWithRegion, hasPostcode, traitsOf } from './header-lines.ts';
import type { PlacedLine, Row } from './layout.ts';
import { MENDED_WORDS_FACTOR, mendWords } from './mend-words.ts';
import { mendPlaces } from './places.ts';
import { readingOf } from './row-readings.ts';

/** How far below the company's name an address may start, and how many lines it may have. */
const SEARCH_ROWS = 8;
const MAX_LINES = 7;

/** The block of lines after the company up to contact, registration or document lines, as printed. */
export function findAddress(rows: readonly Row[], companyRow: number): Found | undefined {
  const start = findStart(rows, companyRow);
  if (start === undefined) return undefined;
  const lines: PlacedLine[] = [];
  let complete = false;
  for (let at = start; at < rows.length && lines.length < MAX_LINES; at++) {
    const row = rows[at]!;
    const traits = traitsOf(row.text, readingOf(row));
    const stops = traits.contact || traits.registration || traits.title;
    if (stops && traits.address < 2) break;
    if (complete && traits.address === 0) break;
    if (tooFar(rows[at - 1], row, lines.length)) break;
    lines.push(...row.lines);
    complete = hasPostcode(row.text) || (endsWithRegion(row.text) && lines.length > 1);
  }
  if (lines.length === 0) return undefined;
  // A building's name is often printed alone and again in the next line.
  const texts = lines.map((line) => line.text);
  const once = texts.filter((text, at) => !texts[at + 1]?.includes(text));
  const printed = once.join(' ').replace(/\s+/g, ' ');
  const value = mendPlaces(mendWords(printed));
  const mean = lines.reduce((sum, line) => sum + line.confidence, 0) / lines.length;
  const known = lines.some((line) => hasPostcode(line.text) || endsWithRegion(line.text));
  return {
    value,
    confidence: mean * (known ? 0.93 : 0.7) * (value === printed ? 1 : MENDED_WORDS_FACTOR),
    lines: lines.map((line) => line.index),
    mended: value.toUpperCase() !== printed.toUpperCase(),
  };
}

/** The first line that reads like an address below the company, else above it; lines with a number and a comma before it belong to it. */
function findStart(rows: readonly Row[], companyRow: number): number | undefined {
  const below = firstAddress(rows, companyRow + 1, companyRow + 1 + SEARCH_ROWS);
  if (below === undefined) return firstAddress(rows, 0, companyRow);
  let start = below;
  while (start - 1 > companyRow && mayBegin(rows[start - 1]!.text)) start--;
  return start;
}

function firstAddress(rows: readonly Row[], from: number, to: number): number | undefined {
  for (let at = from; at < Math.min(rows.length, to); at++) {
    const traits = traitsOf(rows[at]!.text, readingOf(rows[at]!));
    if (traits.address > 0 && !traits.title && !traits.contact) return at;
  }
  return undefined;
}

function mayBegin(text: string): boolean {
  const { contact, title, registration, legal, letters } = traitsOf(text);
  return !contact && !title && !registration && !legal && letters >= 3 && /\d/.test(text) && /,/.test(text);
}

function tooFar(previous: Row | undefined, row: Row, taken: number): boolean {
  if (!previous || taken === 0) return false;
  const [above, below] = [previous.lines[0]!, row.lines[0]!];
  return above.page !== below.page || below.top - above.bottom > 2.5 * Math.max(above.height, below.height);
}
