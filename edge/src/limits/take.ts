import type { Config } from '../config.ts';
import { causeOf, log } from '../log.ts';
import { isResting, rest } from '../redis.ts';
import type { LimitState } from './limit-state.ts';
import { type Allowance, takeFromShare, takeNewShare } from './shares.ts';
import type { ShopLimits } from './shop-limits.ts';
import { takeFromRedis } from './upstash-limits.ts';

/** A local limiter that does not answer in this time is passed by: serving is worth more than exact counting. */
const LOCAL_TIMEOUT_MS = 250;

export interface TakeContext {
  readonly config: Pick<Config, 'redis'>;
  readonly namespace: DurableObjectNamespace<ShopLimits>;
  readonly shopId: string;
  readonly requestId: string;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

export interface Taken {
  /** null when no limiter could say. */
  readonly states: LimitState[] | null;
  /** Who said so; 'fallback' is the local limiter in the place of Redis. */
  readonly by: 'redis' | 'local' | 'fallback' | 'none';
}

/** Counts the request where limits are kept: in Redis if there is one that answers, else in the shop's Durable Object. */
export async function take(ask: Allowance, context: TakeContext): Promise<Taken> {
  const { redis } = context.config;
  if (redis && !isResting(redis)) {
    try {
      return { states: await takeFromRedis(redis, context.shopId, ask, context.waitUntil), by: 'redis' };
    } catch (error) {
      rest(redis);
      log('warn', 'limiter_fallback', { request_id: context.requestId, cause: causeOf(error).cause });
    }
  }
  const states = await takeLocally(ask, context);
  return { states, by: states === null ? 'none' : redis ? 'fallback' : 'local' };
}

async function takeLocally(
  ask: Allowance,
  { namespace, shopId, requestId }: TakeContext,
): Promise<LimitState[] | null> {
  const states = takeFromShare(shopId, ask);
  if (states) return states;
  let timer: number | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${LOCAL_TIMEOUT_MS} ms`)), LOCAL_TIMEOUT_MS);
  });
  try {
    const taking = takeNewShare(shopId, ask, async (count) =>
      namespace.get(namespace.idFromName(shopId)).take({ ...ask, count }),
    );
    return await Promise.race([taking, expiry]);
  } catch (error) {
    log('warn', 'limits_unavailable', { request_id: requestId, cause: causeOf(error).cause });
    return null;
  } finally {
    if (timer !== undefined) clearTimeout(timer);
  }
}
