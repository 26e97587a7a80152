import { useLocation } from 'preact-iso';
import { FailureNotice } from '../design/failure-notice.tsx';
import { Icon } from '../design/icons.tsx';
import { LoadMore } from '../design/load-more.tsx';
import { useTitle } from '../design/use-title.ts';
import { OfflineNotice } from '../offline/offline-notice.tsx';
import { online } from '../offline/queue.ts';
import { client } from '../session/session.ts';
import { useLoaded } from '../session/use-loaded.ts';
import { ResultRow } from './result-row.tsx';
import { list, loadFirst, loadMore } from './results-list.ts';
import { addressOf, isNarrowed, type Search, searchOf } from './search.ts';
import { SearchForm } from './search-form.tsx';
import './history.css';

export function HistoryPage() {
  useTitle('History');
  const { query, route } = useLocation();
  const search = searchOf(query);
  const of = addressOf(search);
  const { results, cursor, loading, failure } = list.value;
  const isFirst = list.value.of !== of || (loading === 'first' && results.length === 0);
  const again = () => void loadFirst(client.value!, search, new AbortController().signal);

  useLoaded(of, (signal) => loadFirst(client.value!, search, signal));

  return (
    <section class="stack" aria-labelledby="history-title">
      <h1 id="history-title" class="visually-hidden">
        History
      </h1>
      <SearchForm search={search} onSearch={(next, { typing }) => route(addressOf(next), typing)} />
      <p class="visually-hidden" role="status">
        {!isFirst && !failure && foundText(results.length, cursor !== null)}
      </p>
      <OfflineNotice what="The history comes up to date" />
      {failure && online.value && <FailureNotice failure={failure} onRetry={again} />}
      {isFirst && online.value && <Placeholders />}
      {!isFirst && !failure && results.length === 0 && <Nothing search={search} />}
      {!isFirst && results.length > 0 && (
        <ul class="list" aria-label="Results">
          {results.map((result) => (
            <ResultRow key={result.id} result={result} query={search.query} />
          ))}
        </ul>
      )}
      {!isFirst && <LoadMore cursor={cursor} loading={loading} onMore={() => void loadMore(client.value!, search)} />}
    </section>
  );
}

function foundText(count: number, more: boolean): string {
  if (count === 0) return 'Nothing found';
  return `${count} ${count === 1 ? 'result' : 'results'} shown${more ? ', there are more' : ''}`;
}

function Nothing({ search }: { search: Search }) {
  if (isNarrowed(search)) {
    return (
      <div class="card empty">
        <Icon name="search" />
        <h2>Nothing found</h2>
        <p class="muted">Try fewer or other words, a piece of a word, or any type and date.</p>
        <a class="button" href="/history">
          Show everything
        </a>
      </div>
    );
  }
  return (
    <div class="card empty">
      <Icon name="history" />
      <h2>Nothing was read yet</h2>
      <p class="muted">What you read is kept here, and can be searched by every word on it.</p>
      <a class="button primary" href="/">
        Read an image
      </a>
    </div>
  );
}

function Placeholders() {
  return (
    <ul class="list" aria-busy="true" aria-label="Loading">
      {Array.from({ length: 6 }, (_, place) => (
        <li key={place} class="result-row">
          <span class="thumbnail skeleton" />
          <span class="result-facts">
            <span class="skeleton line" />
            <span class="skeleton line short" />
          </span>
        </li>
      ))}
    </ul>
  );
}
