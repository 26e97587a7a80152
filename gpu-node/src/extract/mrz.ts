import { type Details, type ParseResult, parse } from 'mrz';
import { isoDate } from './calendar.ts';
import type { Row } from './layout.ts';
import { mendUntil } from './mend-code.ts';
import { foldedOf } from './row-readings.ts';

/** A machine-readable zone as ICAO 9303 shapes it: TD3 is a passport's, TD1 and TD2 are those of cards. */
export interface MachineReadable {
  kind: 'passport' | 'identity_card';
  number: string;
  /** Three letters, such as IND; of the issuing state. */
  country: string | undefined;
  nationality: string | undefined;
  surname: string | undefined;
  given_names: string | undefined;
  /** YYYY-MM-DD */
  birth_date: string | undefined;
  expiry_date: string | undefined;
  sex: 'M' | 'F' | 'X' | undefined;
  /** Whether all check digits hold. */
  valid: boolean;
  mended: boolean;
  /** Rows of its lines. */
  rows: readonly number[];
}

interface Format {
  lines: number;
  length: number;
  opens: RegExp;
}

const FORMATS: Format[] = [
  { lines: 2, length: 44, opens: /^P[A-Z<][A-Z0-9<]{3}/ },
  { lines: 2, length: 36, opens: /^[IAC][A-Z<][A-Z0-9<]{3}/ },
  { lines: 3, length: 30, opens: /^[IAC][A-Z<][A-Z0-9<]{3}/ },
];
/** Fillers lost or added by a recogniser that are made good. */
const MAX_OFF = 8;
/** With the spaces that a recogniser may set between groups. */
const MAX_ROW = 90;
const SHORTEST = 26;
const LONGEST = 52;
/** Zones tried on one page; a card has one. */
const MAX_TRIES = 12;
/** Places of the characters that check digits guard, in the line of the document number. */
const NUMBER_SPAN: Record<number, [line: number, start: number, end: number]> = {
  44: [1, 0, 10],
  36: [1, 0, 10],
  30: [0, 5, 15],
};

/** The zone whose check digits hold best, or undefined. Fillers are made good, and letters and digits exchanged only where check digits then hold. */
export function findMachineReadable(rows: readonly Row[]): MachineReadable | undefined {
  const texts = rows.map((row) => (row.length > MAX_ROW ? '' : clean(foldedOf(row))));
  let best: { zone: MachineReadable; score: number } | undefined;
  let tries = 0;
  for (let at = 0; at < texts.length && tries < MAX_TRIES; at++) {
    for (const format of FORMATS) {
      const lines = texts.slice(at, at + format.lines);
      if (!format.opens.test(texts[at]!) || lines.length < format.lines || !lines.every((line) => nearly(line, format)))
        continue;
      tries++;
      const read = readZone(
        lines.map((line) => fill(line, format.length)),
        format,
      );
      if (read && (!best || read.score > best.score)) {
        best = { score: read.score, zone: { ...read.zone, rows: lines.map((_, index) => at + index) } };
      }
    }
  }
  return best?.zone;
}

/** Upper case without spaces; other quotes, and a run of K or C after fillers at the end, are fillers that were misread. */
function clean(folded: string): string {
  const line = folded.replace(/ /g, '').replace(/[«‹(]/g, '<');
  let end = line.length;
  while (end > 0 && '<KC'.includes(line[end - 1]!)) end--;
  const run = line.slice(end);
  const fillers = run.indexOf('<');
  return run.length >= 4 && fillers >= 0 && fillers < run.length - 1
    ? line.slice(0, end + fillers) + '<'.repeat(run.length - fillers)
    : line;
}

function nearly(line: string, { length }: Format): boolean {
  if (line.length < SHORTEST || line.length > LONGEST || !/^[A-Z0-9<]+$/.test(line)) return false;
  return Math.abs(line.length - length) <= (line.includes('<<') || line.length === length ? MAX_OFF : 0);
}

/** Fillers added to or taken from the longest run of them, until the line is as long as it must be. */
function fill(line: string, length: number): string {
  if (line.length === length) return line;
  const runs = [...line.matchAll(/<+/g)].sort((a, b) => b[0].length - a[0].length);
  const [run] = runs;
  if (!run) return line;
  const off = length - line.length;
  const fillers = '<'.repeat(Math.max(1, run[0].length + off));
  return (line.slice(0, run.index) + fillers + line.slice(run.index + run[0].length))
    .slice(0, length)
    .padEnd(length, '<');
}

type Zone = Omit<MachineReadable, 'rows'>;

function readZone(lines: readonly string[], format: Format): { zone: Zone; score: number } | undefined {
  const raw = tryParse(lines, false);
  if (!raw) return undefined;
  const settled = holds(raw) ? { result: raw, mended: false } : (mend(lines, format) ?? { result: raw, mended: false });
  const { result, mended } = settled;
  const checks = checkDigits(result);
  const passed = checks.filter(({ valid }) => valid).length;
  const number = result.documentNumber ?? textOf(result, 'documentNumber');
  // With hardly a check digit right it is some other text.
  if (!number || passed < 2) return undefined;
  const expiry = expiryDate(textOf(result, 'expirationDate'));
  const zone: Zone = {
    kind: format.length === 44 ? 'passport' : 'identity_card',
    number,
    country: stateOf(result, 'issuingState'),
    nationality: stateOf(result, 'nationality'),
    surname: textOf(result, 'lastName'),
    given_names: textOf(result, 'firstName'),
    birth_date: birthDate(textOf(result, 'birthDate'), expiry),
    expiry_date: expiry,
    sex: sexOf(result.fields.sex),
    valid: passed === checks.length,
    mended,
  };
  return { zone, score: passed / checks.length };
}

function tryParse(lines: readonly string[], autocorrect: boolean): ParseResult | undefined {
  try {
    return parse(lines, { autocorrect });
  } catch {
    return undefined;
  }
}

/** Letters in numeric fields and digits in names exchanged, then the document number tried; kept only if all check digits hold. */
function mend(lines: readonly string[], format: Format): { result: ParseResult; mended: true } | undefined {
  const corrected = tryParse(lines, true);
  if (corrected && holds(corrected)) return { result: corrected, mended: true };
  const [at, start, end] = NUMBER_SPAN[format.length]!;
  const line = lines[at]!;
  const withNumber = (number: string) =>
    lines.map((own, index) => (index === at ? line.slice(0, start) + number + line.slice(end) : own));
  const fits = (number: string) => {
    const result = tryParse(withNumber(number), true);
    return result !== undefined && holds(result);
  };
  const number = mendUntil(line.slice(start, end), fits, 1);
  const result = number === undefined ? undefined : tryParse(withNumber(number), true);
  return result && { result, mended: true };
}

function holds(result: ParseResult): boolean {
  return checkDigits(result).every(({ valid }) => valid);
}

function checkDigits(result: ParseResult): Details[] {
  return result.details.filter(({ field }) => field?.endsWith('CheckDigit'));
}

function textOf({ details }: ParseResult, field: string): string | undefined {
  const detail = details.find((own) => own.field === field);
  const value = detail?.value ?? undefined;
  return value === '' ? undefined : value;
}

/** The library knows the states there are; codes for tests and organisations are given as they stand. */
function stateOf({ details }: ParseResult, field: string): string | undefined {
  const detail = details.find((own) => own.field === field);
  const raw = detail?.value ?? (detail?.ranges[0] as { raw?: string } | undefined)?.raw;
  const code = raw?.replace(/<+$/, '');
  return code && /^[A-Z]{1,3}$/.test(code) ? code : undefined;
}

function sexOf(sex: string | null | undefined): MachineReadable['sex'] {
  return sex === 'male' ? 'M' : sex === 'female' ? 'F' : sex === 'nonspecified' ? 'X' : undefined;
}

/** Years of two digits: an expiry date is of this century, but for documents that ran out long ago. */
function expiryDate(digits: string | undefined): string | undefined {
  if (!digits || !/^\d{6}$/.test(digits)) return undefined;
  const year = Number(digits.slice(0, 2));
  return isoDate(year < 80 ? 2000 + year : 1900 + year, Number(digits.slice(2, 4)), Number(digits.slice(4)));
}

/** The latest century that lies before the expiry date: a holder of over a hundred years is taken for a child. */
function birthDate(digits: string | undefined, expiry: string | undefined): string | undefined {
  if (!digits || !/^\d{6}$/.test(digits)) return undefined;
  const [year, month, day] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2))) as [number, number, number];
  const limit = Number(expiry?.slice(0, 4) ?? 2030);
  const full = [2000 + year, 1900 + year].find((own) => own <= limit) ?? 1900 + year;
  // calendar.ts knows no year before 1950, and there are holders who were born then.
  const date = new Date(Date.UTC(full, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : undefined;
}
