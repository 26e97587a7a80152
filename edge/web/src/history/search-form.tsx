import { useEffect, useState } from 'preact/hooks';
import { QUERY_MAX_CHARS, type Search, type SearchedType, TYPE_NAMES } from './search.ts';

/** So long after the last letter the search begins. */
const PAUSE_MS = 300;

interface Props {
  readonly search: Search;
  /** `typing`: a step of a search that goes on, and no place of its own to go back to. */
  readonly onSearch: (search: Search, how: { typing: boolean }) => void;
}

export function SearchForm({ search, onSearch }: Props) {
  const [text, setText] = useState(search.query);
  useEffect(() => setText(search.query), [search.query]);
  useEffect(() => {
    if (text === search.query) return undefined;
    const timer = setTimeout(() => onSearch({ ...search, query: text }, { typing: true }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const change = (changed: Partial<Search>) => onSearch({ ...search, query: text, ...changed }, { typing: false });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change({});
  };
  return (
    <search>
      <form class="search-form" onSubmit={submit}>
        <label class="search-words">
          Search
          <input
            type="search"
            value={text}
            maxLength={QUERY_MAX_CHARS}
            placeholder="Words, a name, a number …"
            autocomplete="off"
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <label>
          Type
          <select
            value={search.type ?? ''}
            onChange={({ currentTarget }) => change({ type: (currentTarget.value || null) as SearchedType | null })}
          >
            <option value="">All</option>
            {Object.entries(TYPE_NAMES).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Read since
          <input
            type="date"
            value={search.from}
            onChange={({ currentTarget }) => change({ from: currentTarget.value })}
          />
        </label>
      </form>
    </search>
  );
}
