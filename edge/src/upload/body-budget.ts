import { OcrError } from '@edge-ocr/shared/errors';
import type { MiddlewareHandler } from 'hono';
import type { Config } from '../config.ts';
import { countEvent } from '../counters.ts';
import type { AppEnv } from '../env.ts';
import { ENVELOPE_MAX_BYTES } from './parse-upload.ts';

const RETRY_AFTER_SECONDS = 1;
/** A request whose client leaves may end without a word; what it held counts no longer when it must be over. */
const OVERTIME_MS = 5000;

/** A share of the budget. Both may be called at any time and more than once. */
export interface Reservation {
  /** Gives back what is beyond `bytes`; never takes more. */
  shrinkTo(bytes: number): void;
  release(): void;
}

/** Bytes of bodies that this isolate holds or is about to read. */
export class BodyBudget {
  readonly #held = new Map<Reservation, { bytes: number; readonly until: number }>();
  #total = 0;

  /**
   * @param until milliseconds since the epoch; the latest time at which the bytes are still there.
   * @returns null when there is no room.
   */
  reserve(bytes: number, maxBytes: number, until: number): Reservation | null {
    this.#forgetLost();
    if (this.#total + bytes > maxBytes) return null;
    const held = { bytes: 0, until };
    const setTo = (now: number) => {
      this.#total += now - held.bytes;
      held.bytes = now;
    };
    const reservation: Reservation = {
      shrinkTo: (fewer) => setTo(Math.min(held.bytes, fewer)),
      release: () => {
        setTo(0);
        this.#held.delete(reservation);
      },
    };
    setTo(bytes);
    this.#held.set(reservation, held);
    return reservation;
  }

  #forgetLost(): void {
    const now = Date.now();
    for (const [reservation, { until }] of this.#held) if (until < now) reservation.release();
  }
}

const budget = new BodyBudget();

/**
 * A share of this isolate's budget.
 * @param deadline of the request, milliseconds since the epoch.
 * @throws OcrError OVERLOADED when there is no room.
 */
export function reserveBytes(bytes: number, maxBytes: number, deadline: number): Reservation {
  const reservation = budget.reserve(bytes, maxBytes, deadline + OVERTIME_MS);
  if (reservation) return reservation;
  countEvent('bodies_refused');
  throw new OcrError('OVERLOADED', {
    message: 'Too many images are on their way',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/**
 * Lets a request with a body in only if the isolate has room for it. Runs before the limits, so that being told to come
 * back costs nobody's quota. The body of a refused request is drained, not kept.
 */
export const reserveBody: MiddlewareHandler<AppEnv> = reserving(({ maxImageBytes }) => maxImageBytes, 1);

/** A batch is in memory twice: as it came, and as it goes to the node. */
export const BATCH_COPIES = 2;
/** The same for a batch of images. */
export const reserveBatchBody: MiddlewareHandler<AppEnv> = reserving(
  ({ maxBatchBytes }) => maxBatchBytes,
  BATCH_COPIES,
);

function reserving(maxBytesOf: (config: Config) => number, copies: number): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const bytes = bytesAhead(c.req.header('content-length'), maxBytesOf(c.get('config')) + ENVELOPE_MAX_BYTES);
    const reservation = reserveBytes(bytes * copies, c.get('config').maxBodyBytesInFlight, c.get('deadline'));
    c.set('reservation', reservation);
    try {
      await next();
    } finally {
      reservation.release();
    }
  };
}

/** A body of unknown length may be as long as is allowed; one that says that it is longer is refused unread. */
function bytesAhead(contentLength: string | undefined, maxBytes: number): number {
  const announced = Number(contentLength ?? Number.NaN);
  if (!Number.isSafeInteger(announced) || announced < 0) return maxBytes;
  return announced > maxBytes ? 0 : announced;
}
