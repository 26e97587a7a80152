/**
 * A little of a user's and shop's allowance, counted ahead at the shop's limiter and spent in this isolate without asking.
 * What is counted ahead and not spent is lost: so nobody ever gets more than the limits, and a client whose requests reach
 * several isolates may get less, by a share for each at the most.
 */
import type { Grant, LimitState, LimitsAsk } from './limit-state.ts';

/** Counted ahead at the most, in parts of the smallest limit: 5 of 100 a minute. */
const SHARES_IN_A_LIMIT = 20;
const SHARE_MAX = 64;
const LIFE_MS = 1000;
/** About 500 bytes each. */
const MAX_SHARES = 2000;

interface Share {
  left: number;
  /** As the limiter gave them, everything that was counted ahead taken off. */
  states: readonly LimitState[];
  /** How many were asked for, which doubles while shares are used up in time. */
  size: number;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** In the order in which they were taken. */
const shares = new Map<string, Share>();

export type Allowance = Omit<LimitsAsk, 'count'>;

/** Counts one request out of the share that is there. @returns null when there is none. */
export function takeFromShare(shopId: string, allowance: Allowance): LimitState[] | null {
  const share = shares.get(keyOf(shopId, allowance));
  if (!share || share.left === 0 || share.expiresAt <= Date.now()) return null;
  share.left--;
  return statesWith(share);
}

/**
 * Counts one request, and ahead as many as the last share was used up for.
 * @throws what `ask` throws.
 */
export async function takeNewShare(
  shopId: string,
  allowance: Allowance,
  ask: (count: number) => Promise<Grant>,
): Promise<LimitState[]> {
  const key = keyOf(shopId, allowance);
  const size = nextSize(shares.get(key), allowance, Date.now());
  const { granted, states } = await ask(size);
  if (granted === 0) return states;
  return statesWith(keepShare(key, { left: granted - 1, states, size, expiresAt: Date.now() + LIFE_MS }));
}

/** By the limits too, which differ by route. */
function keyOf(shopId: string, { userId, userPerMinute, shopPerHour, shopPerDay }: Allowance): string {
  return `${shopId},${userId},${userPerMinute},${shopPerHour},${shopPerDay}`;
}

function nextSize(last: Share | undefined, { userPerMinute, shopPerHour, shopPerDay }: Allowance, now: number): number {
  const smallest = Math.min(userPerMinute, shopPerHour, shopPerDay ?? Number.POSITIVE_INFINITY);
  const most = Math.max(1, Math.min(SHARE_MAX, Math.floor(smallest / SHARES_IN_A_LIMIT)));
  const usedUpInTime = last !== undefined && last.left === 0 && last.expiresAt > now;
  return usedUpInTime ? Math.min(2 * last.size, most) : 1;
}

/** Requests that asked at the same time each bring something: it adds up. */
function keepShare(key: string, taken: Share): Share {
  const other = shares.get(key);
  if (other && other.expiresAt > Date.now()) taken.left += other.left;
  shares.delete(key);
  shares.set(key, taken);
  for (const [oldest] of shares) {
    if (shares.size <= MAX_SHARES) break;
    shares.delete(oldest);
  }
  return taken;
}

/** What is left here was counted there and is still to be had. */
function statesWith(share: Share): LimitState[] {
  return share.states.map((state) => ({ ...state, remaining: state.remaining + share.left }));
}
