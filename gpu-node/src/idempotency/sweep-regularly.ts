import type { Queryable } from '../persist/database.ts';
import { sweepKeys } from '../persist/idempotency-keys.ts';

/** Removes idempotency keys whose time is over, now and then. A failure is reported, and the next sweep makes up for it. */
export function sweepKeysRegularly(
  db: Queryable,
  { everyMs, onError }: { readonly everyMs: number; readonly onError: (error: Error) => void },
): { stop(): void } {
  const timer = setInterval(() => sweepKeys(db).catch(onError), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
