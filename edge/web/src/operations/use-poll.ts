import { useEffect } from 'preact/hooks';

/**
 * Runs the task now and after each pause, one at a time; not while the page is hidden, and at once when it is seen again.
 * @param of what the task is about, begun anew with another; null: nothing, and nothing runs.
 */
export function usePoll<T>(task: (of: T, signal: AbortSignal) => Promise<void>, pauseMs: number, of: T | null): void {
  useEffect(() => {
    if (of === null) return undefined;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running = false;
    const run = async () => {
      if (running || document.hidden || stop.signal.aborted) return;
      running = true;
      clearTimeout(timer);
      await task(of, stop.signal);
      running = false;
      if (!stop.signal.aborted) timer = setTimeout(() => void run(), pauseMs);
    };
    const onVisible = () => void run();
    document.addEventListener('visibilitychange', onVisible);
    void run();
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      clearTimeout(timer);
      stop.abort();
    };
  }, [of, pauseMs]);
}
