interface LoadMoreProps {
  /** Of a list that has more. */
  readonly cursor: string | null;
  readonly loading: 'first' | 'more' | null;
  readonly onMore: () => void;
}

/** The button under a list that comes by pages. */
export function LoadMore({ cursor, loading, onMore }: LoadMoreProps) {
  if (cursor === null) return null;
  return (
    <button type="button" class="load-more" disabled={loading !== null} onClick={onMore}>
      {loading === 'more' ? 'Loading …' : 'Load more'}
    </button>
  );
}
