/** Time, and waiting for it; a test has its own. */
interface Clock {
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/**
 * A turnstile: so many pass at once, then one each `everyMs`. Requests are limited by person, and pictures must leave
 * some for the person's own.
 */
export function paced({ burst, everyMs }: { burst: number; everyMs: number }, clock: Clock = CLOCK) {
  // The time at which all turns would have been used up; it lags at most a burst behind.
  let usedUpAt = Number.NEGATIVE_INFINITY;
  return (): Promise<void> => {
    const now = clock.now();
    usedUpAt = Math.max(usedUpAt, now - burst * everyMs) + everyMs;
    return usedUpAt <= now ? Promise.resolve() : clock.wait(usedUpAt - now);
  };
}
