import type { Principal } from '@edge-ocr/shared/access';
import type { ErrorCode } from '@edge-ocr/shared/errors';
import type { Config } from './config.ts';
import type { ShopLimits } from './limits/shop-limits.ts';
import type { AnswerHeaders } from './security-headers.ts';
import type { ServerTiming } from './server-timing.ts';
import type { Reservation } from './upload/body-budget.ts';

/** What wrangler.jsonc and the secrets give the Worker; the plain values are read through config.ts alone. */
export interface Bindings {
  readonly IMAGES: R2Bucket;
  /** The web client's files. */
  readonly ASSETS: Fetcher;
  /** A private network that nodes are reached through, by a tunnel; without it they are asked over the internet. */
  readonly NODE_NETWORK?: Fetcher;
  readonly SHOP_LIMITS: DurableObjectNamespace<ShopLimits>;
  /** Where a data point a request goes; without it none does. */
  readonly ANALYTICS?: AnalyticsEngineDataset;
}

/** hono's view of one request. */
export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    requestId: string;
    traceparent: string;
    /** The traceparent that came with the request; undefined: none, or a malformed one, and the trace begins here. */
    parentTrace: string | undefined;
    /** Milliseconds since the epoch at which the client must have an answer. */
    deadline: number;
    /** Headers that this request's answer carries, be it a success or an error. */
    answerHeaders: AnswerHeaders;
    /** Stages of this request, for the answer's `Server-Timing`. */
    timing: ServerTiming;
    /** Of the failure that was answered, if it was one. */
    errorCode: ErrorCode | undefined;
    config: Config;
    /** Set by `authenticate`. */
    principal: Principal;
    /** Set by `authenticate`: when the access token expires, in milliseconds since the epoch. */
    accessExpiresAt: number;
    /** Set by `reserveBody`. */
    reservation: Reservation;
  };
}
