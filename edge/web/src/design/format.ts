/** Values as a person reads them, in the browser's language. */

const THOUSAND = 1000;

export function bytesText(bytes: number): string {
  if (bytes < THOUSAND) return `${bytes} B`;
  if (bytes < THOUSAND ** 2) return `${Math.round(bytes / THOUSAND)} KB`;
  return `${(bytes / THOUSAND ** 2).toFixed(1)} MB`;
}

/** A point in time: the hour if it is today, else the day. */
export function timeText(iso: string, now = new Date(), locale?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  if (at.toDateString() === now.toDateString()) {
    return at.toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit' });
  }
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return at.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...year });
}

/** A calendar date, YYYY-MM-DD, which is the same day everywhere. */
export function dateText(date: string, locale?: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return date;
  return at.toLocaleDateString(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
}

/** An amount; its currency may be what was read from paper, and then is no ISO code. */
export function moneyText(amount: number, currency?: string, locale?: string): string {
  try {
    if (currency) return amount.toLocaleString(locale, { style: 'currency', currency });
  } catch {
    // Not a code that this browser knows: shown as it is.
  }
  const digits = amount.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return currency ? `${currency} ${digits}` : digits;
}

/** A share from 0 to 1; null: nothing to share. Only what is whole is 100 %. */
export function percentText(share: number | null): string {
  if (share === null) return '–';
  const percent = share > 0.995 ? Math.floor(share * 1000) / 10 : Math.round(share * 100);
  return `${percent} %`;
}

export function millisecondsText(milliseconds: number): string {
  if (milliseconds < THOUSAND) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / THOUSAND).toFixed(milliseconds < 10 * THOUSAND ? 2 : 1)} s`;
}

export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}
