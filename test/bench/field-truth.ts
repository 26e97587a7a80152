/**
 * When a field counts as right: a date as the same calendar day, a total as the same number, company and address after
 * upper-casing and dropping everything that is neither letter nor digit.
 */
import type { Structured } from '@edge-ocr/shared/contract/result';

const COMPARERS: Record<string, (structured: Structured, truth: string) => boolean> = {
  company: ({ company }, truth) => company !== undefined && plain(company) === plain(truth),
  address: ({ address }, truth) => address !== undefined && plain(address) === plain(truth),
  date: ({ date }, truth) => date !== undefined && date === calendarDay(truth),
  total: ({ total }, truth) => total !== undefined && total === Number(truth.replace(/[^\d.-]/g, '')),
};

export function isComparable(name: string): boolean {
  return name in COMPARERS;
}

export function fieldIsRight(name: string, structured: Structured, truth: string): boolean {
  return COMPARERS[name]?.(structured, truth) ?? false;
}

function plain(text: string): string {
  return text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** SROIE's dates are written as on the receipt, day first unless the year leads or the month has a name. */
function calendarDay(text: string): string | null {
  const upper = text.toUpperCase();
  const month = MONTHS.findIndex((name) => upper.includes(name)) + 1;
  const numbers = (upper.match(/\d+/g) ?? []).map(Number);
  if (month > 0) {
    const [day, year] = numbers;
    return iso(year, month, day);
  }
  if (/^\D*\d{8}\D*$/.test(upper)) {
    const digits = upper.replace(/\D/g, '');
    return iso(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6)));
  }
  const [a, b, c] = numbers;
  return a !== undefined && a > 31 ? iso(a, b, c) : iso(c, b, a);
}

function iso(year: number | undefined, month: number | undefined, day: number | undefined): string | null {
  if (year === undefined || month === undefined || day === undefined) return null;
  const full = year < 100 ? 2000 + year : year;
  return `${full}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
