import type { Answer } from '@edge-ocr/shared/cache/answer';
import { causeOf, log } from '../log.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { Leases } from './lease.ts';
import { type Flown, fly } from './single-flight.ts';

/** Between two looks at what another isolate makes of the image: about as long as it has taken so far. */
const FIRST_PAUSE_MS = 40;
const PAUSE_MAX_MS = 500;

export interface AskContext {
  readonly cache: AnswerCache;
  /** null when isolates share no Redis. */
  readonly leases: Leases | null;
  /** How long a lease lasts, and how long another isolate's is waited for. */
  readonly leaseMs: number;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** An answer, and when it is in every level of the cache. */
export interface Asked {
  readonly answer: Answer;
  readonly everywhere: Promise<unknown>;
}

/**
 * Asks for an answer that no level of the cache has, once for all concurrent requests: in this isolate by a flight, in all
 * others by a lease. Where Redis is away or the lease's holder too slow, the request goes on by itself.
 * @throws what `ask` throws, and as `fly`.
 */
export function askOnce(path: string, context: AskContext, ask: () => Promise<Asked>): Promise<Flown> {
  return fly(path, context, async () => {
    // Another leader may have landed between this request's look into the cache and its taking off.
    const landed = (await context.cache.findNear(path))?.answer;
    if (landed) return landed;
    const lease = await reserve(path, context);
    if (lease.answer) {
      if (lease.token) giveBack(path, lease.token, Promise.resolve(), context);
      return lease.answer;
    }
    let everywhere: Promise<unknown> = Promise.resolve();
    try {
      const asked = await ask();
      everywhere = asked.everywhere;
      return asked.answer;
    } finally {
      context.waitUntil(everywhere);
      // Not before the answer can be found, or the next holder would ask again.
      if (lease.token) giveBack(path, lease.token, everywhere, context);
    }
  });
}

interface Reserved {
  /** Of the lease, when it is held. */
  readonly token?: string;
  /** What another isolate has found out. */
  readonly answer?: Answer;
}

async function reserve(path: string, { cache, leases, leaseMs, deadline }: AskContext): Promise<Reserved> {
  if (!leases) return {};
  const giveUpAt = Math.min(deadline, Date.now() + leaseMs);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, PAUSE_MAX_MS)) {
    const attempt = await leases.attempt(path, Math.max(1, Math.min(leaseMs, deadline - Date.now()))).catch(away);
    if (!attempt) return {};
    const answer = attempt.text ? await cache.adopt(path, attempt.text) : null;
    if (attempt.state === 'held') return answer ? { token: attempt.token, answer } : { token: attempt.token };
    if (answer) return { answer };
    const wait = pause * (0.75 + Math.random() / 2);
    if (Date.now() + wait > giveUpAt) return {};
    await scheduler.wait(wait);
  }
}

function giveBack(path: string, token: string, after: Promise<unknown>, { leases, waitUntil }: AskContext): void {
  if (leases) waitUntil(after.then(() => leases.release(path, token)).catch(away));
}

function away(error: unknown): null {
  log('warn', 'lease_unavailable', { cause: causeOf(error).cause });
  return null;
}
