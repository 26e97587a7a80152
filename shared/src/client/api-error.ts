import type { z } from 'zod';
import type { errorBodySchema } from '../contract/envelope.ts';

export type ErrorBody = z.infer<typeof errorBodySchema>;

/** Why there is no answer of success; codes and suggestions are the catalogue's. */
export class ApiError extends Error {
  readonly code: ErrorBody['code'];
  readonly details: ErrorBody['details'];
  /** Of the HTTP answer; 0 when none came: no connection, or not in time. */
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor({ code, message, details }: ErrorBody, status: number, retryAfterSeconds?: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ApiError';
    this.code = code;
    this.details = details;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Whether the service was not reached at all: then the device may be offline, and an offline queue is the place. */
export function isConnectionFailure(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 0;
}

export function connectionFailed(cause: unknown): ApiError {
  const details = { suggestion: 'Check the connection and the address, then try again.', retryable: true };
  const body = { code: 'NETWORK_ERROR', message: 'The service could not be reached' } as const;
  return new ApiError({ ...body, details: { ...details, request_id: '' } }, 0, undefined, cause);
}

export function tookTooLong(timeoutMs: number): ApiError {
  const details = { suggestion: 'Try again where the connection is better.', retryable: true, request_id: '' };
  return new ApiError({ code: 'TIMEOUT', message: `No answer within ${timeoutMs} ms`, details }, 0);
}
