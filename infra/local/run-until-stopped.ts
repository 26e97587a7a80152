/** The frame of commands that run until Ctrl-C. */

/** One Ctrl-C reaches this process up to three times: from the terminal, and from npm and run.mjs, which pass it on. */
const SAME_SIGNAL_MS = 1000;

interface Running {
  stop(): Promise<void>;
}

/**
 * Starts, announces what runs, and stops it on a signal, also in the middle of the start; a second signal gives up waiting.
 * What fails before ends the process with 1.
 * @param complaint what comes before the reason of a failure.
 */
export async function runUntilStopped<T extends Running>(
  start: () => Promise<T>,
  announce: (running: T) => Promise<void>,
  complaint: string,
): Promise<void> {
  let starting: Promise<T> | undefined;
  let stoppingSince: number | undefined;
  /** What is being started is waited for, so that it can be stopped. */
  const stop = async () => {
    const running = await starting?.catch(() => undefined);
    await running?.stop().catch((error) => console.error(error));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, async () => {
      if (stoppingSince !== undefined) {
        if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
        return;
      }
      stoppingSince = performance.now();
      console.log('\nStopping …');
      await stop();
      process.exit(0);
    });
  }
  try {
    starting = start();
    await announce(await starting);
  } catch (error) {
    // What a stop interrupts is not a failure, and the stop ends the process.
    if (stoppingSince !== undefined) return;
    console.error(`${complaint}: ${(error as Error).message}`);
    await stop();
    process.exit(1);
  }
}
