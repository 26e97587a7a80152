/** Doubles from `firstMs` up to `maxMs`, give or take a quarter, so that nodes do not come back all at once. */
export function backoffMs(failures: number, { firstMs, maxMs }: { firstMs: number; maxMs: number }): number {
  return Math.round(Math.min(maxMs, firstMs * 2 ** Math.min(failures, 20)) * (0.75 + Math.random() / 2));
}

/** Resolves after the time, or when aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

/**
 * The work's own outcome, or at once an error when stopped: a client that waits for a dead broker does not hold up the end.
 * @param dispose of what the work gives after that.
 */
export function unlessStopped<T>(work: Promise<T>, signal: AbortSignal, dispose?: (late: T) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('Stopped'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const settle = () => signal.removeEventListener('abort', stop);
    work.then(
      (value) => {
        settle();
        if (signal.aborted) dispose?.(value);
        resolve(value);
      },
      (error) => {
        settle();
        reject(error);
      },
    );
  });
}
