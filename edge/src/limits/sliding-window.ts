/**
 * A sliding window in constant space: the count of the window before fades out linearly while this one fills.
 * Windows start at the first request rather than on the minute, so a lone burst is counted exactly.
 */
export interface SlidingWindow {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly current: number;
  readonly previous: number;
}

export interface WindowRule {
  readonly limit: number;
  readonly windowMs: number;
}

/** The window as it stands at `now` (milliseconds); what is older than two windows is forgotten. */
export function advance(window: SlidingWindow | undefined, rule: WindowRule, now: number): SlidingWindow {
  if (!window || now < window.start) return { start: now, current: 0, previous: 0 };
  const passed = Math.floor((now - window.start) / rule.windowMs);
  if (passed === 0) return window;
  if (passed > 1) return { start: now, current: 0, previous: 0 };
  return { start: window.start + rule.windowMs, current: 0, previous: window.current };
}

/** Requests left at `now`; the window must have been advanced to it. */
export function remaining(window: SlidingWindow, rule: WindowRule, now: number): number {
  const faded = window.previous * (1 - (now - window.start) / rule.windowMs);
  return Math.max(0, Math.floor(rule.limit - faded - window.current));
}

/** Milliseconds until one more request fits, 0 when it does now. */
export function waitMs(window: SlidingWindow, rule: WindowRule, now: number): number {
  if (remaining(window, rule, now) >= 1) return 0;
  const elapsed = now - window.start;
  const room = rule.limit - 1 - window.current;
  if (room >= 0) return fadeMs(window.previous, room, rule) - elapsed;
  // Full by itself: nothing fades before the next window, in which this one is the window before.
  return rule.windowMs - elapsed + fadeMs(window.current, rule.limit - 1, rule);
}

/** Time from a window's start until `count` of the window before has faded to `room`. */
function fadeMs(count: number, room: number, rule: WindowRule): number {
  return count <= room ? 0 : Math.ceil((1 - room / count) * rule.windowMs);
}
