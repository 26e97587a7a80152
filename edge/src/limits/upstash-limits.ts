/** The only importer of @upstash/ratelimit: limits that hold across all data centres, counted in Redis. */
import { REDIS_PREFIX } from '@edge-ocr/shared/cache/answer-key';
import { Ratelimit } from '@upstash/ratelimit';
import { openRedis, type RedisClient, type RedisSettings } from '../redis.ts';
import { BriefBlocks } from './brief-blocks.ts';
import { DAY_MS, HOUR_MS, type LimitName, type LimitState, MINUTE_MS } from './limit-state.ts';
import type { Allowance } from './shares.ts';

/** The library's own default is 5 s, after which it lets everybody through. */
const TIMEOUT_MS = 300;

const blocks = new BriefBlocks();

interface Rule {
  readonly name: LimitName;
  /** Who is counted. */
  readonly identifier: string;
  readonly limit: number;
  readonly windowMs: number;
}

type Verdict = Awaited<ReturnType<Ratelimit['limit']>>;

/**
 * Counts the request against every limit that it has, in one round trip. What one limit refuses is given back to the
 * others: a user who hammers must not use up the shop's hour.
 * @param waitUntil takes the giving back, for which the answer does not wait.
 * @throws Error when Redis does not answer in time, so that no timeout passes for a yes.
 */
export async function takeFromRedis(
  settings: RedisSettings,
  shopId: string,
  ask: Allowance,
  waitUntil: (work: Promise<unknown>) => void,
): Promise<LimitState[]> {
  const rules = rulesOf(shopId, ask);
  const now = Date.now();
  const blocked = rules.filter((rule) => blocks.isBlocked(blockKey(rule)));
  // Of the others nothing is known without asking.
  if (blocked.length > 0) return blocked.map((rule) => refusal(rule, now));

  const redis = openRedis(settings, { pipelined: true });
  const limiters = rules.map((rule) => limiterOf(rule, redis));
  const verdicts = await Promise.all(rules.map((rule, i) => limiters[i]!.limit(rule.identifier)));
  if (verdicts.some(({ reason }) => reason === 'timeout')) throw new Error(`no answer in ${TIMEOUT_MS} ms`);
  if (verdicts.some(({ success }) => !success)) waitUntil(giveBack(rules, limiters, verdicts));
  return rules.map((rule, i) => stateOf(rule, verdicts[i]!, now));
}

function rulesOf(shopId: string, { userId, userPerMinute, shopPerHour, shopPerDay }: Allowance): Rule[] {
  const rules: Rule[] = [
    // By shop too: an id that two identity providers gave out must not share a count.
    { name: 'user', identifier: `${shopId}:${userId}`, limit: userPerMinute, windowMs: MINUTE_MS },
    { name: 'shop', identifier: shopId, limit: shopPerHour, windowMs: HOUR_MS },
  ];
  if (shopPerDay !== null) rules.push({ name: 'quota', identifier: shopId, limit: shopPerDay, windowMs: DAY_MS });
  return rules;
}

function limiterOf(rule: Rule, redis: RedisClient): Ratelimit {
  const window = `${rule.windowMs} ms` as const;
  const daily = rule.name === 'quota';
  return new Ratelimit({
    redis,
    limiter: daily ? Ratelimit.fixedWindow(rule.limit, window) : Ratelimit.slidingWindow(rule.limit, window),
    prefix: prefixOf(rule),
    timeout: TIMEOUT_MS,
    ephemeralCache: blocks,
    analytics: false,
    enableProtection: false,
  });
}

const prefixOf = (rule: Rule) => `${REDIS_PREFIX}limit:${rule.name}`;
/** As the library names them in its cache. */
const blockKey = (rule: Rule) => `${prefixOf(rule)}:${rule.identifier}`;

/** A fixed window counts what it refuses too, which does no harm: it stays refused until its end. */
async function giveBack(rules: readonly Rule[], limiters: readonly Ratelimit[], verdicts: readonly Verdict[]) {
  const taken = rules.flatMap((rule, i) => (verdicts[i]!.success ? [{ rule, limiter: limiters[i]! }] : []));
  await Promise.allSettled(taken.map(({ rule, limiter }) => limiter.limit(rule.identifier, { rate: -1 })));
}

function stateOf(rule: Rule, verdict: Verdict, now: number): LimitState {
  if (!verdict.success) return refusal(rule, now);
  return { ...untouched(rule, now), remaining: verdict.remaining };
}

function untouched({ name, limit, windowMs }: Rule, now: number): LimitState {
  const resetSeconds = Math.ceil((windowMs - (now % windowMs)) / 1000);
  return { name, limit, windowSeconds: windowMs / 1000, remaining: limit, resetSeconds, waitSeconds: 0 };
}

function refusal(rule: Rule, now: number): LimitState {
  const state = untouched(rule, now);
  return { ...state, remaining: 0, waitSeconds: state.resetSeconds };
}
