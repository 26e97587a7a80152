import { setTimeout as sleep } from 'node:timers/promises';
import { HubError } from './hub-error.ts';

export interface Patience {
  /** Tries after the first that bring nothing new. */
  readonly retries: number;
  /** Before the second try; doubled each time, up to 30 s. */
  readonly pauseMs: number;
  /** For the answer to begin, and between two pieces of it. */
  readonly silenceMs: number;
}

export const PATIENCE: Patience = { retries: 6, pauseMs: 500, silenceMs: 30_000 };
const LONGEST_PAUSE_MS = 30_000;

/** A failure that may pass. */
export class Passing extends Error {
  /** What the server asks to wait. */
  readonly waitMs: number;

  constructor(message: string, waitMs = 0) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** Whether a status is worth another try. */
export function mayPass(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** What Retry-After asks for in seconds; a date is not looked at. */
export function waitAskedFor(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.min(LONGEST_PAUSE_MS, 1000 * Math.max(0, seconds)) : 0;
}

/**
 * Try until it works.
 * @param once told whether anything was gained: tries are counted anew then. HubErrors are not tried again.
 * @throws HubError; the last failure when the tries are used up.
 */
export async function untilItWorks<T>(patience: Patience, once: (gained: () => void) => Promise<T>): Promise<T> {
  let failures = 0;
  for (;;) {
    try {
      return await once(() => {
        failures = 0;
      });
    } catch (error) {
      if (error instanceof HubError || failures++ >= patience.retries) throw error;
      const pause = Math.min(LONGEST_PAUSE_MS, patience.pauseMs * 2 ** (failures - 1));
      await sleep(Math.max(pause, error instanceof Passing ? error.waitMs : 0));
    }
  }
}
