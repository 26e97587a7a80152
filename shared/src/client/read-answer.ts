import { ApiError, type ErrorBody } from './api-error.ts';

/** `data` of the envelope. @throws ApiError when there is none: then something else than this API answered. */
export async function readData<T>(response: Response): Promise<T> {
  const text = await response.text();
  const body = parsed(text);
  if (body !== null && body.success === true && 'data' in body) return body.data as T;
  throw notOurs(response);
}

/** What the service says went wrong. */
export async function readFailure(response: Response): Promise<ApiError> {
  const error = parsed(await response.text())?.error as Partial<ErrorBody> | undefined;
  const isOurs = typeof error?.code === 'string' && typeof error.message === 'string' && error.details !== undefined;
  return isOurs ? new ApiError(error as ErrorBody, response.status, retryAfterOf(response)) : notOurs(response);
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const CODES: Readonly<Record<number, ErrorBody['code']>> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'TIMEOUT',
  413: 'IMAGE_TOO_LARGE',
  415: 'UNSUPPORTED_TYPE',
  429: 'RATE_LIMITED',
  500: 'INTERNAL',
  503: 'OVERLOADED',
};

/** A proxy on the way, a page that asks to sign in to the network, or an address that is not this API's. */
function notOurs(response: Response): ApiError {
  const { status, headers } = response;
  const what = headers.get('content-type')?.split(';', 1)[0] ?? 'no media type';
  const details = {
    suggestion:
      'Check that baseUrl is the address of the OCR service and that nothing on the way answers in its place.',
    retryable: status < 400 || status === 408 || status === 429 || status >= 500,
    request_id: headers.get('x-request-id') ?? '',
  };
  const message = `The answer is not one of this API: status ${status}, ${what}`;
  return new ApiError({ code: CODES[status] ?? 'NETWORK_ERROR', message, details }, status, retryAfterOf(response));
}

/** Seconds, from either form of the header (RFC 9110 §10.2.3). */
function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
