import type { OcrClient } from '@edge-ocr/shared/client/ocr-client';
import type { OcrResult } from '@edge-ocr/shared/contract/result';
import { effect, signal } from '@preact/signals';
import { type Failure, failureOf, isAbort } from '../design/failure.ts';
import { person } from '../session/session.ts';
import { withFreshStart } from './fresh-start.ts';
import { addressOf, resultsQueryOf, type Search } from './search.ts';

interface ResultsList {
  /** The address of the search that this is the answer to. */
  readonly of: string;
  readonly results: readonly OcrResult[];
  readonly cursor: string | null;
  readonly loading: 'first' | 'more' | null;
  readonly failure: Failure | null;
}

const NONE: ResultsList = { of: '', results: [], cursor: null, loading: 'first', failure: null };
const PAGE = 20;

/** Kept while other pages are open, so that going back shows at once what was there. */
export const list = signal<ResultsList>(NONE);

// Nobody sees what was loaded for another.
effect(() => {
  void person.value;
  list.value = NONE;
});

/** The newest results of the search; what was loaded of it before stays. */
export async function loadFirst(client: OcrClient, search: Search, signal: AbortSignal): Promise<void> {
  const of = addressOf(search);
  const known = list.peek().of === of ? list.peek() : { ...NONE, of };
  list.value = { ...known, loading: 'first', failure: null };
  try {
    const { results, next_cursor } = await client.results({ ...resultsQueryOf(search), limit: PAGE }, { signal });
    const start = withFreshStart(known, { results, cursor: next_cursor });
    show(of, { ...start, loading: null });
  } catch (error) {
    if (!isAbort(error)) show(of, { loading: null, failure: failureOf(error) });
  }
}

export async function loadMore(client: OcrClient, search: Search): Promise<void> {
  const { of, cursor, loading } = list.peek();
  if (cursor === null || loading !== null) return;
  show(of, { loading: 'more', failure: null });
  try {
    const page = await client.results({ ...resultsQueryOf(search), limit: PAGE, cursor });
    show(of, { results: [...list.peek().results, ...page.results], cursor: page.next_cursor, loading: null });
  } catch (error) {
    show(of, { loading: null, failure: failureOf(error) });
  }
}

/** A person's correction is seen in the list as well. */
export function replaceInList(result: OcrResult): void {
  const { results } = list.peek();
  list.value = { ...list.peek(), results: results.map((other) => (other.id === result.id ? result : other)) };
}

/** An answer that comes after the search has changed is no longer wanted. */
function show(of: string, changed: Partial<ResultsList>): void {
  if (list.peek().of === of) list.value = { ...list.peek(), ...changed };
}
