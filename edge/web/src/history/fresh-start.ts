export interface Stretch<T> {
  readonly results: readonly T[];
  readonly cursor: string | null;
}

/**
 * A list, newest first, whose first page was loaded again: what is new stands before what was known, and all that had
 * been loaded beyond that page stays. Where the two do not meet, the new page is all.
 */
export function withFreshStart<T extends { readonly id: string }>(known: Stretch<T>, fresh: Stretch<T>): Stretch<T> {
  const last = fresh.results.at(-1);
  const meeting = last === undefined ? -1 : known.results.findIndex(({ id }) => id === last.id);
  if (meeting === -1 || meeting === known.results.length - 1) return fresh;
  return { results: [...fresh.results, ...known.results.slice(meeting + 1)], cursor: known.cursor };
}
