/** What a try to send an image says of the image, and of the service. */
import { ApiError } from '../api-error.ts';
import { isRetryable } from '../retry.ts';
import type { QueueItem } from './queue-item.ts';

export type Failure =
  /** The service is not there or takes nothing now: no other image would fare better. */
  | { readonly kind: 'pause'; readonly retryAfterSeconds: number | undefined }
  /** This image only: others may go. */
  | { readonly kind: 'later'; readonly retryAfterSeconds: number | undefined }
  /** Nothing goes until somebody signs in. */
  | { readonly kind: 'stop' }
  /** It would fail every time. */
  | { readonly kind: 'failed' };

const OF_THE_SERVICE: readonly string[] = ['NETWORK_ERROR', 'OVERLOADED', 'RATE_LIMITED', 'QUOTA_EXCEEDED'];

export function judgeFailure(error: unknown): Failure {
  // Such as a token that could not be fetched.
  if (!(error instanceof ApiError)) return { kind: 'pause', retryAfterSeconds: undefined };
  const { code, status, retryAfterSeconds } = error;
  if (code === 'UNAUTHORIZED' || code === 'FORBIDDEN') return { kind: 'stop' };
  if (status === 0 || OF_THE_SERVICE.includes(code)) return { kind: 'pause', retryAfterSeconds };
  return isRetryable(error) ? { kind: 'later', retryAfterSeconds } : { kind: 'failed' };
}

export function shownError(error: unknown): NonNullable<QueueItem['error']> {
  if (error instanceof ApiError)
    return { code: error.code, message: error.message, suggestion: error.details.suggestion };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message, suggestion: 'It is tried again by itself.' };
}
