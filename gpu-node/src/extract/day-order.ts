import type { DateHit, DayOrder } from './dates.ts';

/** Where the month is written first. */
const MONTH_FIRST = new Set(['USD', 'PHP']);

/** The order that is usual where a currency is paid; day first where nothing tells. */
export function dayOrder(currency: string | number | undefined): DayOrder {
  return MONTH_FIRST.has(String(currency)) ? 'month-first' : 'day-first';
}

/** The order of the page's other dates, where those that tell it agree. */
export function orderShown(hits: readonly DateHit[]): DayOrder | undefined {
  const shown = new Set(hits.flatMap(({ shows }) => shows ?? []));
  return shown.size === 1 ? [...shown][0] : undefined;
}

/** What a person should know of a date that could be read in two ways. */
export function orderWarning({ value, alternative }: DateHit, order: DayOrder): string {
  const leads = order === 'day-first' ? 'day' : 'month';
  return `The date could also be read with day and month exchanged: it was read ${leads} first as ${value}, but may be ${alternative}.`;
}
