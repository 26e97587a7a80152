export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export interface LimitsAsk {
  readonly userId: string;
  readonly userPerMinute: number;
  readonly shopPerHour: number;
  /** The daily quota, or null for a request that does not count against it. */
  readonly shopPerDay: number | null;
  /** How many requests to count at once; the limiter may count fewer. */
  readonly count: number;
}

export type LimitName = 'user' | 'shop' | 'quota';

export interface LimitState {
  readonly name: LimitName;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Until the present window ends. */
  readonly resetSeconds: number;
  /** Until one more request fits; 0 when this one did. */
  readonly waitSeconds: number;
}

/** What a limiter says to an ask. */
export interface Grant {
  /** How many of the asked requests were counted: 0 when a limit is used up. */
  readonly granted: number;
  readonly states: LimitState[];
}
