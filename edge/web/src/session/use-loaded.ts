import { useEffect } from 'preact/hooks';
import { online } from '../offline/queue.ts';
import { client } from './session.ts';

/** Loads what a page shows: when it opens, when `of` changes, for whoever signs in, and when the connection is back. */
export function useLoaded(of: unknown, load: (signal: AbortSignal) => Promise<unknown>): void {
  useEffect(() => {
    if (!online.value) return undefined;
    const stop = new AbortController();
    void load(stop.signal);
    return () => stop.abort();
  }, [of, client.value, online.value]);
}
