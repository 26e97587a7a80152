export interface RepeatOptions {
  readonly everyMs: number;
  /** Until the first time; by default as long as between two. */
  readonly firstMs?: number;
  /** What a time threw; the next one makes up for it. */
  readonly onError: (error: Error) => void;
}

export interface Repetition {
  /** No further time; resolves when the one that runs has ended. */
  stop(): Promise<void>;
}

/** Does a piece of upkeep now and then, never twice at once. It keeps no process alive. */
export function repeat(
  work: () => Promise<unknown>,
  { everyMs, firstMs = everyMs, onError }: RepeatOptions,
): Repetition {
  let running: Promise<unknown> | undefined;
  const once = () => {
    running ??= work()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  };
  let regularly: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    once();
    regularly = setInterval(once, everyMs).unref();
  }, firstMs).unref();
  return {
    async stop() {
      clearTimeout(first);
      clearInterval(regularly);
      await running;
    },
  };
}
