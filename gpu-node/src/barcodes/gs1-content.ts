import type { Gs1Content } from '@edge-ocr/shared/contract/barcode';
import { currencyOfNumber } from './currency-number.ts';
import type { Gs1Element } from './gs1.ts';

type Typed = Omit<Gs1Content, 'elements'>;
type Read = (value: string, ai: string, year: number) => Typed;

const WEIGHT_UNITS: Record<string, string> = { '310': 'kg', '320': 'lb', '356': 'ozt' };
const GROSS_WEIGHT_UNITS: Record<string, string> = { '330': 'kg', '340': 'lb' };
const VOLUME_UNITS: Record<string, string> = { '315': 'l', '316': 'm3', '357': 'fl oz', '360': 'qt', '361': 'gal' };

const READERS: Record<string, Read> = {
  '00': (value) => ({ sscc: value }),
  '01': (value) => ({ gtin: value }),
  '02': (value) => ({ content_gtin: value }),
  '10': (value) => ({ lot: value }),
  '11': (value, _, year) => dated('production_date', value, year),
  '12': (value, _, year) => dated('due_date', value, year),
  '13': (value, _, year) => dated('packaging_date', value, year),
  '15': (value, _, year) => dated('best_before', value, year),
  '16': (value, _, year) => dated('sell_by', value, year),
  '17': (value, _, year) => dated('expiry_date', value, year),
  // The hour, where it is told, stays in the element.
  '7003': (value, _, year) => dated('expiry_date', value.slice(0, 6), year),
  '21': (value) => ({ serial: value }),
  '30': (value) => ({ count: Number(value) }),
  '37': (value) => ({ count: Number(value) }),
  '390n': (value, ai) => ({ amount: { value: withDecimals(value, ai) } }),
  '391n': (value, ai) => ({ amount: priced(value, ai) }),
  '392n': (value, ai) => ({ price: { value: withDecimals(value, ai) } }),
  '393n': (value, ai) => ({ price: priced(value, ai) }),
  ...measures(WEIGHT_UNITS, (measure) => ({ net_weight: measure })),
  ...measures(GROSS_WEIGHT_UNITS, (measure) => ({ gross_weight: measure })),
  ...measures(VOLUME_UNITS, (measure) => ({ net_volume: measure })),
};

function measures(units: Record<string, string>, wrap: (measure: { value: number; unit: string }) => Typed) {
  const readers = Object.entries(units).map(([ai, unit]): [string, Read] => [
    `${ai}n`,
    (value, fullAi) => wrap({ value: withDecimals(value, fullAi), unit }),
  ]);
  return Object.fromEntries(readers);
}

/**
 * What a shop asks of a GS1 symbol, by name, beside its elements. An element that is malformed, or whose check digit is
 * wrong, stays among the elements alone.
 * @param year is this one: GS1 dates have two digits of it, and mean the nearest.
 */
export function gs1Content(elements: readonly Gs1Element[], year = new Date().getUTCFullYear()): Gs1Content {
  const sound = elements.filter(({ malformed, check_digit }) => !malformed && check_digit !== 'invalid');
  const typed = sound.map(({ ai, value }) => (READERS[ai] ?? READERS[`${ai.slice(0, 3)}n`])?.(value, ai, year) ?? {});
  return { elements: [...elements], ...Object.assign({}, ...typed) };
}

function dated(name: keyof Typed, value: string, year: number): Typed {
  const date = gs1Date(value, year);
  return date === null ? {} : { [name]: date };
}

/**
 * YYMMDD as YYYY-MM-DD; null when there is no such day. Day 00 is the last of its month. The century is the one that brings
 * the year within 49 before and 50 after the present one (General Specifications 7.12).
 */
export function gs1Date(digits: string, presentYear: number): string | null {
  const match = /^(\d\d)(\d\d)(\d\d)$/.exec(digits);
  if (match === null) return null;
  const [yy, month, day] = match.slice(1).map(Number) as [number, number, number];
  const ahead = yy - (presentYear % 100);
  const century = Math.floor(presentYear / 100) + (ahead >= 51 ? -1 : ahead <= -50 ? 1 : 0);
  const year = century * 100 + yy;
  if (month < 1 || month > 12) return null;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day > lastDay) return null;
  return [year, String(month).padStart(2, '0'), String(day === 0 ? lastDay : day).padStart(2, '0')].join('-');
}

/** The last digit of the identifier says how many of the value's digits are decimals. */
function withDecimals(digits: string, ai: string): number {
  return Number(`${digits}e-${ai.at(-1)}`);
}

function priced(value: string, ai: string): { value: number; currency: string } {
  const number = value.slice(0, 3);
  return { value: withDecimals(value.slice(3), ai), currency: currencyOfNumber(number) ?? number };
}
