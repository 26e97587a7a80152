const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** Malay names that English ones do not cover. */
const OTHER_MONTHS: Record<string, number> = { MAC: 3, MEI: 5, OGO: 8, OKT: 10, DIS: 12 };

export const MONTH_NAMES = [...MONTHS, ...Object.keys(OTHER_MONTHS), '0CT', 'N0V', '0KT', '0GO'].join('|');

/** 1 to 12 for a name whose first three letters tell it, O written as 0 included. */
export function monthOf(name: string): number {
  const key = name.slice(0, 3).toUpperCase().replace('0', 'O');
  return MONTHS.indexOf(key) + 1 || OTHER_MONTHS[key] || 0;
}

/** Two digits mean 1970 to 2069. */
export function fullYear(year: number): number {
  if (year >= 100) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

/** YYYY-MM-DD, or undefined when there is no such day between 1950 and 2099. */
export function isoDate(year: number, month: number, day: number): string | undefined {
  const full = fullYear(year);
  if (full < 1950 || full > 2099 || month < 1 || month > 12 || day < 1 || day > daysIn(full, month)) return undefined;
  return `${full}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
