/**
 * One forward for concurrent misses on a key in this isolate. Requests share plain data only: workerd ends a request's I/O
 * with the request, so a promise of a leader that is gone would never settle for its followers. Every follower waits on a
 * promise and a timer of its own. See docs/decisions/014-single-flight.md.
 */
import { type Answer, isRepeatable } from '@edge-ocr/shared/cache/answer';
import { OcrError } from '@edge-ocr/shared/errors';

/** A leader says this often that it is still there … */
const BEAT_MS = 1000;
/** … and is given up after this silence: its request was cancelled, and its timers with it. */
const SILENCE_MAX_MS = 5000;
/** Followers are woken by the leader; this is how often they look for themselves. */
const LOOK_MS = 250;
/** After so many leaders have failed there is no use in trying one by one. */
const FAILED_LEADERS_MAX = 3;

interface Flight {
  lastBeat: number;
  /** undefined while the leader is on its way, null when it failed in a way that another need not. */
  answer: Answer | null | undefined;
  readonly wake: Set<() => void>;
}

const flights = new Map<string, Flight>();

export interface Flown {
  readonly answer: Answer;
  /** Whether another request of this isolate asked for it. */
  readonly followed: boolean;
}

export interface FlightContext {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Keeps a leader going when its client leaves. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/**
 * The answer of whoever in this isolate asks for `path` first. A leader's failure is shared only when it is deterministic;
 * otherwise a follower tries itself, one at a time.
 * @throws what `lead` throws, to its own request; OcrError TIMEOUT at the deadline, OVERLOADED when leader after leader fails.
 */
export async function fly(path: string, context: FlightContext, lead: () => Promise<Answer>): Promise<Flown> {
  for (let failed = 0; failed < FAILED_LEADERS_MAX; ) {
    const flight = flights.get(path);
    if (!flight) {
      const leading = takeOff(path, lead);
      context.waitUntil(leading.catch(() => {}));
      return { answer: await leading, followed: false };
    }
    const answer = await follow(flight, context.deadline);
    if (answer) return { answer, followed: true };
    if (answer === null) failed++;
    // Lost without a word: the first follower to notice makes room for a new leader.
    else if (flights.get(path) === flight) flights.delete(path);
  }
  throw new OcrError('OVERLOADED', { message: 'This image was tried several times just now', retryAfterSeconds: 2 });
}

async function takeOff(path: string, lead: () => Promise<Answer>): Promise<Answer> {
  const flight: Flight = { lastBeat: Date.now(), answer: undefined, wake: new Set() };
  flights.set(path, flight);
  const beat = setInterval(() => {
    flight.lastBeat = Date.now();
  }, BEAT_MS);
  try {
    const answer = await lead();
    flight.answer = isRepeatable(answer) ? answer : null;
    return answer;
  } catch (error) {
    flight.answer = null;
    throw error;
  } finally {
    clearInterval(beat);
    if (flights.get(path) === flight) flights.delete(path);
    for (const wake of flight.wake) wake();
  }
}

/** @returns the flight's answer, null when its leader failed, undefined when its leader is gone. */
async function follow(flight: Flight, deadline: number): Promise<Answer | null | undefined> {
  while (flight.answer === undefined) {
    const now = Date.now();
    if (now >= deadline) throw new OcrError('TIMEOUT');
    if (now - flight.lastBeat > SILENCE_MAX_MS) return undefined;
    await wokenWithin(flight, Math.min(LOOK_MS, deadline - now));
  }
  return flight.answer;
}

/** Promise and timer are this request's own: timers have numbers by request, so only their owner may clear them. */
async function wokenWithin(flight: Flight, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  flight.wake.add(resolve);
  await promise;
  clearTimeout(timer);
  flight.wake.delete(resolve);
}
