import type { ResultsQueryInput } from '@edge-ocr/shared/client/ocr-client';

/** What may be searched for; each name as a person knows it. */
export const TYPE_NAMES = {
  receipt: 'Receipt',
  invoice: 'Invoice',
  product: 'Product',
  barcode: 'Barcode',
  document: 'Document',
} as const;
export type SearchedType = keyof typeof TYPE_NAMES;

export interface Search {
  readonly query: string;
  readonly type: SearchedType | null;
  /** A calendar day of the person's own time, YYYY-MM-DD; empty: any. */
  readonly from: string;
}

/** The longest that the API takes. */
export const QUERY_MAX_CHARS = 200;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A search from an address, which anybody may have written: what is not valid is left out. */
export function searchOf(parameters: Readonly<Record<string, string>>): Search {
  const { query = '', type = '', from = '' } = parameters;
  return {
    query: query.slice(0, QUERY_MAX_CHARS),
    type: Object.hasOwn(TYPE_NAMES, type) ? (type as SearchedType) : null,
    from: DAY.test(from) && !Number.isNaN(Date.parse(from)) ? from : '',
  };
}

/** The address at which this search is found again. */
export function addressOf({ query, type, from }: Search): string {
  const parameters = new URLSearchParams({ ...(query && { query }), ...(type && { type }), ...(from && { from }) });
  return parameters.size === 0 ? '/history' : `/history?${parameters}`;
}

/** The search as the API takes it; a day begins at midnight where the person is. */
export function resultsQueryOf({ query, type, from }: Search): ResultsQueryInput {
  const words = query.trim();
  return {
    ...(words && { query: words }),
    ...(type && { type }),
    ...(from && { from: new Date(`${from}T00:00:00`).toISOString() }),
  };
}

export function isNarrowed(search: Search): boolean {
  return search.query.trim() !== '' || search.type !== null || search.from !== '';
}
