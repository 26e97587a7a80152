import { OcrError } from '@edge-ocr/shared/errors';
import type { Context, MiddlewareHandler } from 'hono';
import { countEvent } from '../counters.ts';
import type { AppEnv } from '../env.ts';
import type { LimitState } from './limit-state.ts';
import type { Allowance } from './shares.ts';
import { type Taken, take } from './take.ts';

/**
 * Holds the user and the shop to their limits. Runs after `authenticate`.
 * @param options.quota whether the request counts against the shop's daily quota.
 */
export function limit(options: { readonly quota: boolean }): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { states, by } = await c.get('timing').measure('limit', takeFor(c, options.quota), ({ by }) => by);
    if (by === 'fallback') countEvent('limiter_fallback');
    if (by === 'none') countEvent('limits_unavailable');
    if (states) {
      c.get('answerHeaders').set('RateLimit-Policy', states.map(policyItem).join(', '));
      c.get('answerHeaders').set('RateLimit', states.map(limitItem).join(', '));
      const refusal = refusalBy(states);
      if (refusal) throw refusal;
    }
    await next();
  };
}

/**
 * Counts `count` requests beyond the one that `limit` has counted, for a request that does the work of several.
 * @returns why it was refused for each of them that a limit refused, null for those that it let in; these come first.
 */
export async function limitFurther(
  c: Context<AppEnv>,
  count: number,
  options: { readonly quota: boolean },
): Promise<(OcrError | null)[]> {
  const taking = Array.from({ length: count }, () => takeFor(c, options.quota));
  const taken = await c.get('timing').measure('limit', Promise.all(taking), ([first]) => first?.by ?? 'none');
  const refusals = taken.map(({ states }) => states && refusalBy(states));
  const last = taken.findLast(({ states }) => states)?.states;
  if (last) c.get('answerHeaders').set('RateLimit', last.map(limitItem).join(', '));
  return refusals.sort((a, b) => Number(a !== null) - Number(b !== null));
}

function takeFor(c: Context<AppEnv>, quota: boolean): Promise<Taken> {
  const { userId, shopId } = c.get('principal');
  const { userPerMinute, shopPerHour, shopPerDay } = c.get('config').limits;
  const ask: Allowance = { userId, userPerMinute, shopPerHour, shopPerDay: quota ? shopPerDay : null };
  return take(ask, {
    config: c.get('config'),
    namespace: c.env.SHOP_LIMITS,
    shopId,
    requestId: c.get('requestId'),
    waitUntil: (work) => c.executionCtx.waitUntil(work),
  });
}

/** null when no limit is used up. */
function refusalBy(states: readonly LimitState[]): OcrError | null {
  const usedUp = states.filter((state) => state.waitSeconds > 0);
  // The longest wait decides: coming back sooner would only be refused again.
  const [longest] = usedUp.sort((a, b) => b.waitSeconds - a.waitSeconds);
  if (!longest) return null;
  return new OcrError(longest.name === 'quota' ? 'QUOTA_EXCEEDED' : 'RATE_LIMITED', {
    ...(longest.name !== 'quota' && { message: `Too many requests of this ${longest.name}` }),
    details: { limit: longest.limit, window_seconds: longest.windowSeconds },
    retryAfterSeconds: longest.waitSeconds,
  });
}

// Structured fields of draft-ietf-httpapi-ratelimit-headers-10: q quota, w window, r remaining, t seconds to reset.
const policyItem = (state: LimitState) => `"${state.name}";q=${state.limit};w=${state.windowSeconds}`;
const limitItem = (state: LimitState) => `"${state.name}";r=${state.remaining};t=${state.resetSeconds}`;
