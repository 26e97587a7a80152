import type { Found } from './found.ts';
import { type HeaderTraits, isGenericName, traitsOf, withoutRegistration, withoutStreet } from './header-lines.ts';
import { squash } from './keywords.ts';
import { medianHeight, type PlacedLine, type Row } from './layout.ts';
import { MENDED_WORDS_FACTOR, mendWords } from './mend-words.ts';
import { readingOf } from './row-readings.ts';

export interface Company {
  found: Found;
  /** The last row of the name; the address follows it. */
  row: number;
}

const HEADER_ROWS = 14;
const MAX_NAME_LINES = 3;

interface Candidate {
  row: number;
  line: PlacedLine;
  name: string;
  traits: HeaderTraits;
  score: number;
}

/** The issuer's name: a prominent line near the top, a legal form before all else; wrapped names are joined. */
export function findCompany(rows: readonly Row[]): Company | undefined {
  const height = medianHeight(rows.flatMap((row) => row.lines));
  const candidates = rows.slice(0, HEADER_ROWS).flatMap((row, at) => {
    return namesIn(row).map((line) => candidate(rows, row, at, line, height));
  });
  for (const own of candidates) if (isBranchOf(own, candidates)) own.score -= 2.5;
  const best = candidates.reduce<Candidate | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
  if (!best || best.score <= 0) return undefined;
  // Where the name could not be read, a street is no better one.
  const { address, digits, legal, trade } = best.traits;
  if (address >= 2 && digits > 0 && !legal && !trade) return undefined;
  return join(best, candidates);
}

/** The lines of a row, or the whole row where a detector has cut the legal form off the name. */
function namesIn(row: Row): PlacedLine[] {
  const [first, ...rest] = row.lines;
  const cut = first && rest.length > 0 && /^(?:SDN|BHD|LTD|\W)[\s.]*(?:BHD)?\.?$/i.test(rest.at(-1)!.text);
  return cut ? [{ ...first, text: row.text, length: row.length, reading: row.reading }] : row.lines;
}

function candidate(rows: readonly Row[], row: Row, at: number, line: PlacedLine, height: number): Candidate {
  const name = withoutStreet(withoutRegistration(line.text));
  const traits = name === line.text && line.text === row.text ? traitsOf(name, readingOf(row)) : traitsOf(name);
  const below = rows[at + 1];
  const next = below && traitsOf(below.text, readingOf(below));
  let score = 4 - Math.min(at, 8) * 0.6;
  if (traits.legal) score += 6;
  if (traits.trade) score += 2.5;
  score += Math.max(-1, Math.min(2.5, 2 * (line.height / height - 1)));
  if (next?.registration) score += 1.5;
  if (next && next.address >= 2) score += 1;
  if (name !== line.text) score += 1;
  if (traits.address > 0) score -= traits.legal || traits.trade ? traits.address * 0.6 : traits.address * 2.5;
  if (traits.contact || (traits.registration && !traits.legal)) score -= 12;
  if (traits.title && !traits.legal) score -= 9;
  if (traits.letters < 3) score -= 20;
  // "ROC NO. (123456-X)" leaves its label behind.
  if (traits.letters < 8 && name !== line.text && traitsOf(line.text).registration && !traits.legal) score -= 12;
  if (traits.digits > traits.letters) score -= 10;
  // Names stand alone; a neighbour in the row means a form's label and its value.
  if (row.lines.length > 1 && line.text !== row.text) score -= 1.5;
  if (/:/.test(name)) score -= 3;
  if (/^[(["'*]/.test(name)) score -= 5;
  if (isPerson(name, traits)) score -= 4;
  if (/OWNED ?BY|OPERATED ?BY|MANAGED ?BY|DIMILIKI|BILL ?TO|SOLD ?TO|DELIVER ?TO/i.test(rows[at - 1]?.text ?? ''))
    score -= 7;
  if (line.confidence < 0.6) score -= 3;
  return { row: at, line, name, traits, score };
}

/** "ACME PIZZA HIGH STREET" under "ACME PIZZA" names a branch. */
function isBranchOf(own: Candidate, all: readonly Candidate[]): boolean {
  return all.some(
    (other) =>
      other.row < own.row &&
      other.traits.letters >= 4 &&
      !own.traits.legal &&
      squash(own.name).startsWith(squash(other.name)),
  );
}

/** People write their names on receipts; these family names and particles begin or join many of them. */
const PERSON =
  /^(?:TAN|LIM|LEE|WONG|NG|CHAN|ONG|GOH|CHONG|TEH|LOW|KOH|OOI|YAP|CHIN|CHEW|TEOH|KHOO|MOHD|MUHAMMAD|MOHAMED|AHMAD|NUR|SITI|ABDUL|MR|MRS|MS|MISS)(?: \p{L}+){1,3}$|\b(?:BIN|BINTI|BT|A\/L|A\/P)\b/iu;

function isPerson(name: string, traits: HeaderTraits): boolean {
  return !traits.legal && !traits.trade && PERSON.test(name);
}

function join(best: Candidate, all: readonly Candidate[]): Company {
  const parts = [best];
  const text = () => parts.map(({ name }) => name).join(' ');
  while (parts.length < MAX_NAME_LINES && (isGenericName(text()) || opensAbove(text()))) {
    const above = all.find(({ row, traits }) => row === parts[0]!.row - 1 && isNamePart(traits));
    if (!above) break;
    parts.unshift(above);
  }
  const below = all.find(({ row }) => row === best.row + 1);
  if (below && continues(text(), below)) parts.push(below);
  const lowest = Math.min(...parts.map(({ line }) => line.confidence));
  const printed = text().replace(/\s+/g, ' ');
  const value = mendWords(printed);
  const sure = certainty(best.score) * (value === printed ? 1 : MENDED_WORDS_FACTOR);
  return {
    found: {
      value,
      confidence: lowest * sure,
      lines: parts.map(({ line }) => line.index),
      mended: value.toUpperCase() !== printed.toUpperCase(),
    },
    row: parts.at(-1)!.row,
  };
}

/** Whether a bracket is closed that was opened in the line above. */
function opensAbove(name: string): boolean {
  return name.split(')').length > name.split('(').length;
}

function isNamePart(traits: HeaderTraits): boolean {
  return !traits.legal && !traits.contact && !traits.registration && !traits.title && traits.letters >= 3;
}

/** A line that closes a bracket left open, or is nothing but a legal form, belongs to the name above. */
function continues(name: string, { name: next, traits }: Candidate): boolean {
  const open = name.split('(').length > name.split(')').length;
  if (open && next.includes(')') && !traits.contact) return true;
  return traits.legal && isGenericName(next) && !/SDN\.? ?BHD|S\/B|BERHAD|\bLTD/i.test(name);
}

function certainty(score: number): number {
  return 0.5 + 0.48 * Math.min(1, score / 10);
}
