import type { OcrResult } from '@edge-ocr/shared/contract/result';
import type { FieldKind } from './field-names.ts';

export type FieldValue = string | number | null;
/** What a person typed, understood; or what is wrong with it, in words. */
export type Entry = { readonly value: FieldValue } | { readonly problem: string };

const MOST_DECIMALS = 3;

/** As it stands in the form. Amounts get as many decimals as the result's other amounts have. */
export function shown(value: FieldValue | undefined, kind: FieldKind, decimals: number): string {
  if (value === null || value === undefined) return '';
  return kind === 'money' && typeof value === 'number' ? money(value, decimals) : String(value);
}

/** An amount with at least so many decimals, and never less than it has. */
export function money(value: number, decimals: number): string {
  return value.toFixed(Math.max(decimals, decimalsOf(value)));
}

/** How many decimals the amounts of this result are written with, 0 to 3; 20.00 is told from 20 by the text. */
export function decimalsIn({ structured, text }: Pick<OcrResult, 'structured' | 'text'>): number {
  const { subtotal, tax, total, price, cash, change, line_items = [] } = structured;
  const amounts = [subtotal, tax, total, price, cash, change, ...line_items.map(({ amount }) => amount)];
  const most = Math.max(0, ...amounts.map((amount) => (amount === undefined ? 0 : decimalsOf(amount))));
  return most < 2 && /\d[.,]\d\d(?![\d.,])/.test(text) ? 2 : most;
}

export function decimalsOf(value: number): number {
  const decimals = String(Number(value.toFixed(MOST_DECIMALS))).split('.')[1];
  return decimals?.length ?? 0;
}

/** Nothing typed says that the image has no such field: null. */
export function parseEntry(typed: string, kind: FieldKind): Entry {
  const text = typed.trim();
  if (text === '') return { value: null };
  return kind === 'money' || kind === 'number' ? parseNumber(text) : { value: text };
}

/** With a point or a comma before the decimals, and gaps, commas, points or apostrophes between thousands. */
function parseNumber(text: string): Entry {
  const compact = text.replace(/[\s'’]/g, '').replace('−', '-');
  const thousands = /^-?\d{1,3}(?:(?:,\d{3})+(?:\.\d+)?|(?:\.\d{3})+,\d+)$/;
  const plain = thousands.test(compact) ? withoutThousands(compact) : compact.replace(',', '.');
  if (!/^-?\d{1,15}(\.\d+)?$/.test(plain)) return { problem: 'This must be a number, such as 29.75.' };
  return { value: Number(plain) };
}

/** 1,234.56 and 1.234,56: the last sign is the decimal one, unless it only parts thousands as the ones before it. */
function withoutThousands(compact: string): string {
  return compact.lastIndexOf(',') > compact.lastIndexOf('.') && compact.includes('.')
    ? compact.replaceAll('.', '').replace(',', '.')
    : compact.replaceAll(',', '');
}
