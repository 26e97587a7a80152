import { ApiError } from '@edge-ocr/shared/client/ocr-client';

/** What went wrong, and what a person can do about it. */
export interface Failure {
  readonly message: string;
  readonly suggestion: string;
  /** Seconds after which the same may succeed, where the service says so. */
  readonly retryAfterSeconds?: number;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) {
    const { message, details, retryAfterSeconds } = error;
    return { message, suggestion: details.suggestion, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  }
  // fetch says TypeError for every connection that could not be made.
  if (error instanceof TypeError) {
    return {
      message: 'The service could not be reached',
      suggestion: 'Check the connection, then try again.',
    };
  }
  const message = error instanceof Error && error.message ? error.message : 'Something went wrong';
  return { message, suggestion: suggestionOf(error) ?? 'Try again; reload the page if it keeps failing.' };
}

/** Errors that the client's library makes itself, such as a full queue, say what to do. */
function suggestionOf(error: unknown): string | undefined {
  const known = error instanceof Error && 'suggestion' in error ? error.suggestion : undefined;
  return typeof known === 'string' ? known : undefined;
}

/** In one line, for where there is no room for more. */
export function failureText({ message, suggestion }: Failure): string {
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${suggestion}`;
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
