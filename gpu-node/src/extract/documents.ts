import type { Check, Structured } from '@edge-ocr/shared/contract/result';
import { MENDED_FACTOR, mendDigits } from './digits.ts';
import { lineAt, type Row } from './layout.ts';
import { maskIdentityNumber } from './mask-numbers.ts';
import { findMachineReadable, type MachineReadable } from './mrz.ts';
import { readingOf } from './row-readings.ts';
import { verhoeffHolds } from './verhoeff.ts';

type IdentityDocument = NonNullable<Structured['documents']>[number];
type Kind = 'pan' | 'aadhaar' | 'driving_licence' | 'passport' | 'udyam';
/** As published, but for the place on the page, which extractFields works out. */
export type FoundDocument = Omit<IdentityDocument, 'polygon' | 'line'>;

interface Form {
  kind: Kind;
  /** Where the number may stand in an upper-case row; the capture is the number with its separators. */
  pattern: RegExp;
  valid: (number: string) => boolean;
  /** Whether `valid` rests on a checksum, not on the form alone. */
  checksum?: true;
  /** Words that must stand on the page, where the form alone would match too much. */
  needs?: RegExp;
  /** Words beside the number that make it likelier. */
  label: RegExp;
}

const L = '[A-Z]';
/** A digit, or a letter that recognisers write for one. */
const D = '[0-9OQIL|ZSB]';
const STATES =
  'AN|AP|AR|AS|BR|CG|CH|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|TG|TN|TR|TS|UA|UK|UP|WB';
/** Of twelve; a word made of look-alike letters is no number. */
const LEAST_DIGITS = 8;

const FORMS: Form[] = [
  {
    kind: 'udyam',
    pattern: new RegExp(`UDYAM ?- ?((?:${STATES}) ?- ?${D}{2} ?- ?${D}{7})(?![A-Z0-9])`, 'g'),
    valid: () => true,
    label: /UDYAM/,
  },
  // The fourth letter tells the holder: person, company, firm and so on.
  {
    kind: 'pan',
    pattern: new RegExp(`(?<![A-Z0-9])(${L}{5}${D}{4}${L})(?![A-Z0-9])`, 'g'),
    valid: (number) => /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/.test(number) && !number.includes('0000'),
    label: /PERMANENT|ACCOUNT|INCOME ?TAX|(?<![A-Z])PAN(?![A-Z])/,
  },
  {
    kind: 'driving_licence',
    pattern: new RegExp(
      `(?<![A-Z0-9])((?:${STATES})[ -]?${D}{2}[ -/]{0,3}(?:19|20)${D}{2}[ -]?${D}{7})(?![A-Z0-9])`,
      'g',
    ),
    valid: (number) => Number(number.slice(4, 8)) >= 1950 && Number(number.slice(4, 8)) <= 2099,
    label: /LICEN[CS]E|DRIVING|(?<![A-Z])DL(?![A-Z])/,
  },
  {
    kind: 'aadhaar',
    pattern: new RegExp(`(?<![\\dA-Z-])((?=[2-9ZSB])${D}{4}[ -]?${D}{4}[ -]?${D}{4})(?![ -]?\\d|[A-Z])`, 'g'),
    valid: verhoeffHolds,
    checksum: true,
    needs: /AADHA|AADHAR|UIDAI|UNIQUE ?IDENT|GOVERNMENT ?OF ?INDIA|DOB|MALE|आधार/i,
    label: /AADHA|UIDAI|आधार/,
  },
  {
    kind: 'passport',
    pattern: /(?<![A-Z0-9])([A-PR-WY][1-9]\d{5}[1-9])(?![A-Z0-9])/g,
    valid: (number) => /^[A-PR-WY][1-9]\d{5}[1-9]$/.test(number),
    needs: /PASSPORT|REPUBLIC ?OF ?INDIA|P<IND|NATIONALITY/i,
    label: /PASSPORT/,
  },
];

/** Where the letters of each form stand; all else is digits and is mended where a letter was read. */
const LETTERS: Record<Kind, (at: number) => boolean> = {
  udyam: (at) => at < 2,
  pan: (at) => at < 5 || at === 9,
  driving_licence: (at) => at < 2,
  aadhaar: () => false,
  passport: (at) => at === 0,
};
/** Documents on one page; a copy shows both sides of a few cards. */
const MAX_DOCUMENTS = 20;

export interface DocumentsReading {
  documents: FoundDocument[];
  checks: Check[];
}

interface Candidate {
  document: FoundDocument;
  score: number;
}

/**
 * Identity documents, each number once, the surest first: Indian numbers by their form, passports and cards of any country
 * by their machine-readable zone. Of a kind that has a number whose checksum holds, those that fail it are left out.
 */
export function findDocuments(rows: readonly Row[]): DocumentsReading {
  const texts = rows.map((row) => readingOf(row).plain.toUpperCase());
  const zone = findMachineReadable(rows);
  const candidates = [...(zone ? [fromZone(zone, rows)] : []), ...fromForms(rows, texts, zone)];
  const best = new Map<string, Candidate>();
  for (const own of candidates) {
    const other = best.get(own.document.number);
    if (!other || own.score > other.score) best.set(own.document.number, own);
  }
  const documents = [...best.values()]
    .sort((a, b) => b.score - a.score)
    .map(({ document }) => document)
    .filter((own, _at, all) => own.valid || !all.some(({ kind, valid }) => kind === own.kind && valid))
    .slice(0, MAX_DOCUMENTS);
  return { documents, checks: documents.flatMap(checkOf) };
}

function fromForms(rows: readonly Row[], texts: readonly string[], zone: MachineReadable | undefined): Candidate[] {
  return FORMS.flatMap((form) => {
    const named = form.needs === undefined || texts.some((text) => form.needs!.test(text));
    return texts.flatMap((text, at) => {
      // Of a machine-readable line, and of a card that has one, only the zone itself speaks.
      if (text.includes('<<') || zone?.rows.includes(at)) return [];
      const near = form.label.test(text) || form.label.test(texts[at - 1] ?? '');
      return [...text.matchAll(form.pattern)].flatMap((match) => candidateOf(form, match, rows[at]!, named, near));
    });
  });
}

function candidateOf(form: Form, match: RegExpExecArray, row: Row, named: boolean, near: boolean): Candidate[] {
  const { kind, valid, checksum } = form;
  const { number, mended } = settle(kind, match[1]!);
  const holds = valid(number);
  if (kind === 'aadhaar' && (match[1]!.match(/\d/g)?.length ?? 0) < LEAST_DIGITS) return [];
  // A checksum decides alone, and decides alone whether a letter was a digit.
  if (checksum ? !holds && (mended || !named) : !named) return [];
  const line = lineAt(row, match.index);
  const sure = (holds ? (checksum ? 0.99 : 0.93) : 0.4) * (mended ? MENDED_FACTOR : 1) * (near || checksum ? 1 : 0.95);
  const document: FoundDocument = {
    kind,
    number,
    valid: holds,
    ...(checksum && { check: holds ? ('passed' as const) : ('failed' as const) }),
    ...(mended && { mended }),
    confidence: rounded(line.confidence * sure),
    lines: [line.index],
  };
  return [{ document, score: (holds ? 4 : 0) + (checksum && holds ? 2 : 0) + (near ? 2 : 0) + line.confidence }];
}

function fromZone({ rows: at, valid, mended, ...zone }: MachineReadable, rows: readonly Row[]): Candidate {
  const lines = at.flatMap((row) => rows[row]!.lines);
  const confidence = Math.min(...lines.map((line) => line.confidence));
  const { kind, number, ...holder } = zone;
  const told = Object.fromEntries(Object.entries(holder).filter(([, value]) => value !== undefined));
  const document: FoundDocument = {
    kind,
    number,
    valid,
    check: valid ? 'passed' : 'failed',
    ...(mended && { mended: true as const }),
    ...told,
    confidence: rounded(confidence * (valid ? (mended ? MENDED_FACTOR : 0.99) : 0.4)),
    lines: lines.map(({ index }) => index),
  };
  return { document, score: 10 + (valid ? 5 : 0) };
}

function settle(kind: Kind, printed: string): { number: string; mended: boolean } {
  const compact = printed.replace(/[ /-]/g, '');
  const number = [...compact]
    .map((mark, at) => (LETTERS[kind](at) ? mark : mendDigits(mark === 'L' ? 'l' : mark)))
    .join('');
  const mended = number !== compact;
  if (kind !== 'udyam') return { number, mended };
  return { number: `UDYAM-${number.slice(0, 2)}-${number.slice(2, 4)}-${number.slice(4)}`, mended };
}

/** Messages reach people and logs, so they show the end of a number alone. */
function checkOf({ kind, number, check }: FoundDocument): Check[] {
  if (!check) return [];
  const passed = check === 'passed';
  const name = kind === 'aadhaar' ? 'aadhaar_check_digit' : 'mrz_check_digits';
  const shown = maskIdentityNumber(number);
  const message = passed
    ? `The check digits of ${shown} hold.`
    : `The check digits of ${shown} do not hold; compare it with the card.`;
  return [{ name, passed, fields: ['documents'], message }];
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
