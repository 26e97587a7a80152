/**
 * The error catalogue: every code a client can meet, on every boundary.
 * Edge and node render errors from here alone; the OpenAPI document and docs/errors.md are held to it by a test.
 */

interface CatalogueEntry {
  /** HTTP status the code is answered with. */
  readonly status: number;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
  /** What happened, for a developer. */
  readonly message: string;
  /** What to do now, for a person. */
  readonly suggestion: string;
}

export const ERROR_CATALOGUE = {
  INVALID_REQUEST: {
    status: 400,
    retryable: false,
    message: 'The request is not valid',
    suggestion: 'Check the request against /openapi.json.',
  },
  UNAUTHORIZED: {
    status: 401,
    retryable: false,
    message: 'A valid access token is required',
    suggestion: 'Send a current token as "Authorization: Bearer …"; sign in again if it has expired.',
  },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    message: 'The token does not allow this',
    suggestion: 'Ask your administrator for a token with the scope this route needs.',
  },
  NOT_FOUND: {
    status: 404,
    retryable: false,
    message: 'There is nothing at this address for your shop',
    suggestion: 'Check the address and the identifier; other shops’ data is never shown.',
  },
  TIMEOUT: {
    status: 408,
    retryable: true,
    message: 'Processing took longer than allowed',
    suggestion: 'Try again in a moment, or send a smaller image.',
  },
  CONFLICT: {
    status: 409,
    retryable: false,
    message: 'The request conflicts with an earlier one',
    suggestion: 'Use a new Idempotency-Key for a different request.',
  },
  IMAGE_TOO_LARGE: {
    status: 413,
    retryable: false,
    message: 'The image is larger than allowed',
    suggestion: 'Scale the image down: 2,000 pixels on the longest side are plenty for a receipt.',
  },
  UNSUPPORTED_TYPE: {
    status: 415,
    retryable: false,
    message: 'This file type is not supported',
    suggestion: 'Send a JPEG, PNG, WebP, TIFF, GIF, AVIF or HEIC image, or a PDF.',
  },
  INVALID_IMAGE: {
    status: 422,
    retryable: false,
    message: 'The image is damaged or not usable',
    suggestion: 'Take the photo again, or export the file anew as JPEG or PNG.',
  },
  LOW_QUALITY: {
    status: 422,
    retryable: false,
    message: 'The image quality is too low for reliable OCR',
    suggestion: 'Move closer, hold still and add light, then take the photo again.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    retryable: true,
    message: 'The daily OCR quota of the shop is used up',
    suggestion: 'Wait until the quota starts anew (see Retry-After), or ask for a larger one.',
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    message: 'Too many requests',
    suggestion: 'Slow down and try again after the time in Retry-After.',
  },
  MODEL_ERROR: {
    status: 503,
    retryable: true,
    message: 'OCR model processing failed',
    suggestion: 'Try again in a moment.',
  },
  OVERLOADED: {
    status: 503,
    retryable: true,
    message: 'The service is busy',
    suggestion: 'Try again after the time in Retry-After.',
  },
  NETWORK_ERROR: {
    status: 502,
    retryable: true,
    message: 'No OCR node could be reached',
    suggestion: 'Try again in a moment; the request was not processed.',
  },
  INTERNAL: {
    status: 500,
    retryable: true,
    message: 'Something went wrong on our side',
    suggestion: 'Try again; if it keeps failing, report the request_id.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
export const ERROR_CODES = Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]];

/** What a thrower may say beyond the catalogue. None of it may hold secrets or raw input. */
export interface OcrErrorOptions {
  /** Replaces the catalogue's message with a more exact one. */
  readonly message?: string;
  /** Replaces the catalogue's suggestion with a more exact one. */
  readonly suggestion?: string;
  /** Facts for a machine, shown to the client in `details`. */
  readonly details?: Record<string, unknown>;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Kept for the log, never shown. */
  readonly cause?: unknown;
}

/** The only error that crosses a boundary with its meaning; anything else is rendered as INTERNAL. */
export class OcrError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly suggestion: string;
  readonly details: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: OcrErrorOptions = {}) {
    const entry = ERROR_CATALOGUE[code];
    super(options.message ?? entry.message, { cause: options.cause });
    this.name = 'OcrError';
    this.code = code;
    this.status = entry.status;
    this.retryable = entry.retryable;
    this.suggestion = options.suggestion ?? entry.suggestion;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Any thrown value as an OcrError; what is not one already becomes INTERNAL, its text kept from the client. */
  static from(thrown: unknown): OcrError {
    return thrown instanceof OcrError ? thrown : new OcrError('INTERNAL', { cause: thrown });
  }

  /** The failure envelope of the API. */
  toEnvelope(requestId: string): ErrorEnvelope {
    return {
      success: false,
      error: {
        code: this.code,
        message: this.message,
        details: { ...this.details, suggestion: this.suggestion, retryable: this.retryable, request_id: requestId },
      },
    };
  }
}

export interface ErrorEnvelope {
  success: false;
  error: {
    code: ErrorCode;
    message: string;
    details: { suggestion: string; retryable: boolean; request_id: string; [fact: string]: unknown };
  };
}
