/** How long each step of stopping may take, so that a supervisor can be told how long to wait. */
import type { Config } from './config.ts';

/** For answers that are on their way once all requests have ended. */
export const SERVER_CLOSE_MS = 2000;
/** For calls that are on their way; what is cut off is repeated by another node. */
export const CALLBACKS_STOP_MS = 5000;
/** For the relay's batch in hand, once the requests in flight have ended. */
export const KAFKA_STOP_TIMEOUT_MS = 5000;
/** For spans that were not sent yet. */
export const TRACES_STOP_MS = 2000;
/** A sweep of a large store takes minutes, and the next node goes on where it was cut off. */
export const UPKEEP_STOP_MS = 2000;
/** Going says so in Redis, waits for a heartbeat that is under way, and takes its name out: a second each at most. */
const REDIS_MS = 3000;
/** Connections of the database, its own bound. */
const DATABASE_CLOSE_MS = 5000;

/** From the signal to the end of the process, at most, in milliseconds; threads that end last have nothing to lose. */
export function longestShutdownMs(config: Pick<Config, 'DRAIN_NOTICE_MS' | 'SHUTDOWN_TIMEOUT_MS'>): number {
  const closing =
    KAFKA_STOP_TIMEOUT_MS + UPKEEP_STOP_MS + REDIS_MS + SERVER_CLOSE_MS + DATABASE_CLOSE_MS + TRACES_STOP_MS;
  return config.DRAIN_NOTICE_MS + config.SHUTDOWN_TIMEOUT_MS + closing;
}
