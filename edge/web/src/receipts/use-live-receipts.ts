import { useEffect } from 'preact/hooks';
import { online } from '../offline/queue.ts';
import { client } from '../session/session.ts';
import { followLive } from './follow-live.ts';
import { list, load, refreshCounts, showEvent } from './receipts-list.ts';

/** However much happens, the counts are asked for once in so long: requests are limited. */
const COUNTS_EVERY_MS = 3000;

/** Keeps the list and its counts as they are at the service while the page is open. */
export function useLiveReceipts(): void {
  useEffect(() => {
    const from = client.value;
    if (from === null || !online.value) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    let due: ReturnType<typeof setTimeout> | undefined;
    const countSoon = () => {
      due ??= setTimeout(() => {
        due = undefined;
        refreshCounts(from, signal).catch(() => undefined);
      }, COUNTS_EVERY_MS);
    };
    const reload = () => {
      if (!document.hidden) void load(from, list.peek().of, signal);
    };
    void followLive({
      client: from,
      signal,
      onTick: reload,
      onMessage: (message) => {
        if (message.event === 'position') return;
        if (message.event === 'reset') return reload();
        showEvent(message);
        if (message.event !== 'job_progress') countSoon();
      },
    });
    return () => {
      stop.abort();
      clearTimeout(due);
    };
  }, [client.value, online.value]);
}
