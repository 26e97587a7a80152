import { OcrError } from '@edge-ocr/shared/errors';
import type { Context, MiddlewareHandler } from 'hono';
import type { AppEnv } from '../env.ts';
import { causeOf, log } from '../log.ts';
import type { LimitState } from './shop-limits.ts';

/** A limiter that does not answer in this time is passed by: serving is worth more than exact counting. */
const LIMITER_TIMEOUT_MS = 250;

/**
 * Holds the user and the shop to their limits. Runs after `authenticate`.
 * @param options.quota whether the request counts against the shop's daily quota.
 */
export function limit(options: { readonly quota: boolean }): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const states = await askLimiter(c, options.quota);
    if (states) {
      c.get('answerHeaders').set('RateLimit-Policy', states.map(policyItem).join(', '));
      c.get('answerHeaders').set('RateLimit', states.map(limitItem).join(', '));
      refuseWhenUsedUp(states);
    }
    await next();
  };
}

async function askLimiter(c: Context<AppEnv>, quota: boolean): Promise<LimitState[] | null> {
  const { userId, shopId } = c.get('principal');
  const { userPerMinute, shopPerHour, shopPerDay } = c.get('config').limits;
  const namespace = c.env.SHOP_LIMITS;
  let timer: number | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${LIMITER_TIMEOUT_MS} ms`)), LIMITER_TIMEOUT_MS);
  });
  try {
    const ask = { userId, userPerMinute, shopPerHour, shopPerDay: quota ? shopPerDay : null };
    return await Promise.race([namespace.get(namespace.idFromName(shopId)).take(ask), expiry]);
  } catch (error) {
    log('warn', 'limits_unavailable', { request_id: c.get('requestId'), cause: causeOf(error).cause });
    return null;
  } finally {
    if (timer !== undefined) clearTimeout(timer);
  }
}

function refuseWhenUsedUp(states: readonly LimitState[]): void {
  const usedUp = states.filter((state) => state.waitSeconds > 0);
  // The longest wait decides: coming back sooner would only be refused again.
  const [longest] = usedUp.sort((a, b) => b.waitSeconds - a.waitSeconds);
  if (!longest) return;
  throw new OcrError(longest.name === 'quota' ? 'QUOTA_EXCEEDED' : 'RATE_LIMITED', {
    ...(longest.name !== 'quota' && { message: `Too many requests of this ${longest.name}` }),
    details: { limit: longest.limit, window_seconds: longest.windowSeconds },
    retryAfterSeconds: longest.waitSeconds,
  });
}

// Structured fields of draft-ietf-httpapi-ratelimit-headers-10: q quota, w window, r remaining, t seconds to reset.
const policyItem = (state: LimitState) => `"${state.name}";q=${state.limit};w=${state.windowSeconds}`;
const limitItem = (state: LimitState) => `"${state.name}";r=${state.remaining};t=${state.resetSeconds}`;
