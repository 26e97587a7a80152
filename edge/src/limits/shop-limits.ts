import { DurableObject } from 'cloudflare:workers';
import {
  DAY_MS,
  type Grant,
  HOUR_MS,
  type LimitName,
  type LimitState,
  type LimitsAsk,
  MINUTE_MS,
} from './limit-state.ts';
import { advance, remaining, type SlidingWindow, type WindowRule, waitMs } from './sliding-window.ts';

/** Users whose windows are kept in memory, about 100 bytes each. */
const MAX_USERS = 5000;

interface DayUse {
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly used: number;
}

/** How far a user and the shop are with their limits. */
interface Use {
  readonly user: SlidingWindow;
  readonly shop: SlidingWindow;
  readonly day: DayUse;
}

/**
 * All limits of one shop in one place, so that one call settles a request wherever in the world it came in.
 * The quota and the shop's window are kept in storage; users' windows live in memory, because they end within two
 * minutes and an idle object is evicted no sooner than seconds after its last request.
 */
export class ShopLimits extends DurableObject {
  readonly #users = new Map<string, SlidingWindow>();

  /** Counts as many of the requests as every limit allows, against all of them alike. */
  take(ask: LimitsAsk): Grant {
    const now = Date.now();
    const user = advance(this.#users.get(ask.userId), userRule(ask), now);
    const shop = advance(this.ctx.storage.kv.get<SlidingWindow>('shop'), shopRule(ask), now);
    const use = { user, shop, day: this.#today(now) };
    const before = statesOf(use, ask, now);
    if (before.some((state) => state.waitSeconds > 0)) return { granted: 0, states: before };
    const granted = Math.min(ask.count, ...before.map(({ remaining }) => remaining));
    const counted = count(use, ask, granted);
    this.#keep(counted, ask, now);
    return { granted, states: statesOf(counted, ask, now).map((state) => ({ ...state, waitSeconds: 0 })) };
  }

  #keep(use: Use, ask: LimitsAsk, now: number): void {
    this.#rememberUser(ask.userId, use.user, now);
    this.ctx.storage.kv.put('shop', use.shop);
    if (ask.shopPerDay !== null) this.ctx.storage.kv.put('day', use.day);
  }

  #today(now: number): DayUse {
    const day = Math.floor(now / DAY_MS);
    const stored = this.ctx.storage.kv.get<DayUse>('day');
    return stored?.day === day ? stored : { day, used: 0 };
  }

  #rememberUser(userId: string, window: SlidingWindow, now: number): void {
    this.#users.delete(userId);
    this.#users.set(userId, window);
    // Re-inserted on use, so the first in the map were idle longest.
    for (const [id, { start }] of this.#users) {
      if (this.#users.size <= MAX_USERS && now - start < 2 * MINUTE_MS) break;
      this.#users.delete(id);
    }
  }
}

const userRule = (ask: LimitsAsk): WindowRule => ({ limit: ask.userPerMinute, windowMs: MINUTE_MS });
const shopRule = (ask: LimitsAsk): WindowRule => ({ limit: ask.shopPerHour, windowMs: HOUR_MS });

function count({ user, shop, day }: Use, ask: LimitsAsk, granted: number): Use {
  return {
    user: { ...user, current: user.current + granted },
    shop: { ...shop, current: shop.current + granted },
    day: ask.shopPerDay === null ? day : { ...day, used: day.used + granted },
  };
}

function statesOf({ user, shop, day }: Use, ask: LimitsAsk, now: number): LimitState[] {
  return [
    windowState('user', user, userRule(ask), now),
    windowState('shop', shop, shopRule(ask), now),
    ...(ask.shopPerDay === null ? [] : [quotaState(day, ask.shopPerDay, now)]),
  ];
}

function windowState(name: LimitName, window: SlidingWindow, rule: WindowRule, now: number): LimitState {
  return {
    name,
    limit: rule.limit,
    windowSeconds: rule.windowMs / 1000,
    remaining: remaining(window, rule, now),
    resetSeconds: Math.ceil((window.start + rule.windowMs - now) / 1000),
    waitSeconds: Math.ceil(waitMs(window, rule, now) / 1000),
  };
}

function quotaState(day: DayUse, limit: number, now: number): LimitState {
  const untilMidnight = Math.ceil(((day.day + 1) * DAY_MS - now) / 1000);
  return {
    name: 'quota',
    limit,
    windowSeconds: DAY_MS / 1000,
    remaining: Math.max(0, limit - day.used),
    resetSeconds: untilMidnight,
    waitSeconds: day.used < limit ? 0 : untilMidnight,
  };
}
