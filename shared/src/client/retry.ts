/** Trying again: only what may go better, ever later, and never all clients at the same moment. */
import { sleep, throwIfAborted } from './abort.ts';
import { ApiError } from './api-error.ts';

export interface RetryPolicy {
  /** Tries in all; 1 never tries again. */
  readonly attempts: number;
  /** The first pause is up to so long, each further one up to twice the one before. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** Who is told to wait for longer than this is told so, instead of being kept waiting. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 4, baseMs: 250, maxMs: 10_000, maxRetryAfterMs: 30_000 };

/** Whether the same request may succeed when it is sent again unchanged. */
export function isRetryable(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  // The first attempt under the same Idempotency-Key is not over yet.
  const isUnderWay = error.code === 'CONFLICT' && error.details.in_progress === true;
  return error.details.retryable || isUnderWay;
}

/** Exponential with full jitter, and never before the time the service asked for. @param failures so far, from 1 */
export function backoffMs(policy: RetryPolicy, failures: number, retryAfterSeconds = 0): number {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** (failures - 1));
  return retryAfterSeconds * 1000 + Math.random() * ceiling;
}

/**
 * @param attempt told how often it was tried before, from 0.
 * @throws what the last attempt threw; the signal's reason when it aborts, also between attempts.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  attempt: (before: number) => Promise<T>,
): Promise<T> {
  for (let before = 0; ; before++) {
    throwIfAborted(signal);
    try {
      return await attempt(before);
    } catch (error) {
      throwIfAborted(signal);
      if (!isRetryable(error) || before + 1 >= policy.attempts) throw error;
      if ((error.retryAfterSeconds ?? 0) * 1000 > policy.maxRetryAfterMs) throw error;
      await sleep(backoffMs(policy, before + 1, error.retryAfterSeconds), signal);
    }
  }
}
