import { type CurrencyMark, habitsOf } from './currency-marks.ts';

export interface Numeral {
  value: number;
  /** Whether it is printed with decimals, as cents are. */
  cents: boolean;
}

const MAX_DIGITS = 12;
/** Lakhs and crores: 12,34,567.80 */
const INDIAN = /^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{2})?$/;
/** Nearly all amounts of receipts. */
const PLAIN = /^\d{1,9}\.\d\d$/;
const FORM = /^(\d{1,3}(?:([,.'’\s])\d{3})(?:\2\d{3})*|\d*)(?:([.,])(\d{1,3}))?$/;

/**
 * The value of 1,234.56, 1.234,56, 12'345.67, 1 234,56 or 12,34,567.80: the last mark divides the decimals, of which
 * there are two unless the currency says otherwise. Undefined where the marks make no amount, as in "1.234".
 */
export function parseNumeral(text: string, currency?: CurrencyMark): Numeral | undefined {
  if (PLAIN.test(text)) return { value: Number(text), cents: true };
  const compact = text.includes('. ') || text.includes(', ') ? text.replace(/(?<=[.,]) /g, '') : text;
  const digits = countDigits(compact);
  if (digits === 0 || digits > MAX_DIGITS) return undefined;
  if (digits === compact.length) return { value: Number(compact), cents: false };
  if (INDIAN.test(compact)) return { value: Number(compact.replace(/,/g, '')), cents: compact.includes('.') };
  const form = FORM.exec(compact);
  if (!form) return undefined;
  const [, whole = '', group, mark, decimals] = form;
  if (group !== undefined && group === mark) return undefined;
  const single = group !== undefined && mark === undefined && whole.replace(/\d/g, '').length === 1;
  if (single) return parseSingle(whole, group, currency);
  if (decimals !== undefined && !allowsDecimals(decimals.length, currency)) return undefined;
  return { value: Number(`${whole.replace(/\D/g, '') || '0'}.${decimals ?? '0'}`), cents: decimals !== undefined };
}

/** "1.234" or "1,234": a thousand, or three decimals. Without a currency the point tells nothing, as in weights. */
function parseSingle(whole: string, group: string, currency: CurrencyMark | undefined): Numeral | undefined {
  const { decimals, pointGroups } = habitsOf(currency);
  const [left, right] = [whole.slice(0, -4), whole.slice(-3)];
  const divides = decimals === 3 && (group === '.' || (group === ',' && currency === 'TND'));
  if (divides) return { value: Number(`${left}.${right}`), cents: true };
  if (group === '.' && !pointGroups) return undefined;
  return { value: Number(left + right), cents: false };
}

function allowsDecimals(count: number, currency: CurrencyMark | undefined): boolean {
  if (count === 2) return true;
  if (count === 3) return habitsOf(currency).decimals === 3;
  return currency !== undefined;
}

function countDigits(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) count++;
  }
  return count;
}
