/** The stream of events over however many connections: each message once, from where the last connection ended. */
import type { EventMessage } from '../contract/events.ts';
import { sleep } from './abort.ts';
import { ApiError } from './api-error.ts';
import type { EventSourceOpener, Place } from './event-source.ts';
import { backoffMs, isRetryable } from './retry.ts';

export interface Reconnecting {
  readonly reconnectMs: number;
  readonly reconnectMaxMs: number;
}

/** Ids that are remembered, so that what comes twice is told once. */
const REMEMBERED = 1000;

/** Ends when the signal aborts. @throws ApiError for what will not go better, such as a token that is refused. */
export async function* followEvents(
  open: EventSourceOpener,
  { jobId, since }: Place,
  { reconnectMs, reconnectMaxMs }: Reconnecting,
  signal: AbortSignal,
): AsyncGenerator<EventMessage, void, void> {
  const policy = { baseMs: reconnectMs, maxMs: reconnectMaxMs, attempts: Number.POSITIVE_INFINITY, maxRetryAfterMs: 0 };
  const seen = new Set<string>();
  let place = since;
  let failures = 0;
  while (!signal.aborted) {
    let retryAfter: number | undefined;
    try {
      for await (const told of open({ jobId, since: place }, signal)) {
        failures = 0;
        place = 'place' in told ? told.place : told.message.id;
        if ('place' in told || !isNew(told.message, seen)) continue;
        yield told.message;
      }
    } catch (error) {
      if (signal.aborted) return;
      // Anything else than an answer of the service, such as a stream of nonsense, may be something on the way.
      if (error instanceof ApiError && !isRetryable(error)) throw error;
      retryAfter = error instanceof ApiError ? error.retryAfterSeconds : undefined;
    }
    failures++;
    await sleep(backoffMs(policy, failures, retryAfter), signal).catch(() => {});
  }
}

/** A position may be told again, an event not. */
function isNew({ event, id }: EventMessage, seen: Set<string>): boolean {
  if (event === 'position' || event === 'reset') return true;
  if (seen.has(id)) return false;
  seen.add(id);
  if (seen.size > REMEMBERED) seen.delete(seen.values().next().value!);
  return true;
}
