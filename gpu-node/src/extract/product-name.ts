import type { Found } from './found.ts';
import { medianHeight, type PlacedLine } from './layout.ts';
import { amountsIn, datesIn, readingOf } from './row-readings.ts';

const NOT_A_NAME =
  /\bMRP\b|\bPRICE\b|\bEXP|\bMFG|\bMFD|BEST ?BEFORE|USE ?BY|\bBATCH|\bLOT ?NO|\bSKU\b|\bQTY\b|\bQUANTITY\b|\bCODE\b|\bNET ?(?:WT|WEIGHT|VOL|QTY)|INGREDIENT|NUTRITION|MANUFACTURED|DISTRIBUTED|MARKETED|IMPORTED|WWW\.|\.COM\b|@|\bTEL\b|CUSTOMER ?CARE|KEEP ?(?:IN|OUT|REFRIG)|STORE ?IN|WARNING|CAUTION|MADE ?IN|LICENSE|\bFSSAI\b|BARCODE|INCL(?:USIVE)?\.? ?OF/i;
const OFFER = /\b(?:SALE|OFFER|SAVE|DISCOUNT|FREE|NEW|SPECIAL|PROMO(?:TION)?|LIMITED)\b|\d ?% ?OFF/i;
const MAX_NAME_LINES = 3;
/** A longer line is a list or a story. */
const LONGEST_NAME = 80;

/** The name on a pack or a shelf label: the largest words near the top, and the lines that belong to them. */
export function findProductName(lines: readonly PlacedLine[]): Found | undefined {
  const possible = lines.filter(canBeName);
  const height = medianHeight(lines);
  const bottom = Math.max(1, ...lines.map((line) => line.bottom));
  const score = (line: PlacedLine) =>
    Math.min(6, line.height / height) * 1.5 +
    Math.min(20, line.text.length) / 10 -
    line.top / bottom -
    (OFFER.test(line.text) ? 3 : 0) -
    (line.confidence < 0.6 ? 2 : 0);
  const best = possible.reduce<PlacedLine | undefined>((a, b) => (a && score(a) >= score(b) ? a : b), undefined);
  if (!best) return undefined;
  const name = grow(best, possible);
  const confidence = name.reduce((sum, line) => sum + line.confidence, 0) / name.length;
  const alone = possible.length === name.length || best.height >= 1.3 * height;
  return {
    value: name
      .map((line) => line.text)
      .join(' ')
      .replace(/\s+/g, ' '),
    confidence: confidence * (alone ? 0.9 : 0.7),
    lines: name.map((line) => line.index),
  };
}

/** Whether a line's words can be a name: no price, date, label or small print. */
export function canBeName(line: PlacedLine): boolean {
  const { text } = line;
  if (line.length > LONGEST_NAME) return false;
  const { letters, digits } = readingOf(line);
  if (letters < 3 || digits > letters) return false;
  return !NOT_A_NAME.test(text) && amountsIn(line).length === 0 && datesIn(line).length === 0;
}

export function isOffer(text: string): boolean {
  return OFFER.test(text);
}

/** Lines of about the same size just above or below, in reading order. */
function grow(seed: PlacedLine, possible: readonly PlacedLine[]): PlacedLine[] {
  const name = [seed];
  for (let grown = true; grown && name.length < MAX_NAME_LINES; ) {
    const next = possible.find(
      (line) => !name.includes(line) && !OFFER.test(line.text) && name.some((part) => belongs(line, part)),
    );
    grown = next !== undefined;
    if (next) name.push(next);
  }
  return name.sort((a, b) => a.index - b.index);
}

function belongs(line: PlacedLine, part: PlacedLine): boolean {
  const size = line.height / part.height;
  const gap = Math.max(line.top, part.top) - Math.min(line.bottom, part.bottom);
  const shared = Math.min(line.right, part.right) - Math.max(line.left, part.left);
  const close = line.page === part.page && gap < 0.8 * Math.min(line.height, part.height);
  return close && size > 0.7 && size < 1.43 && shared > -2 * part.height;
}
