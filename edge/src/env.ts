import type { Principal } from '@edge-ocr/shared/access';
import type { Config } from './config.ts';
import type { ShopLimits } from './limits/shop-limits.ts';

/** What wrangler.jsonc and the secrets give the Worker; the plain values are read through config.ts alone. */
export interface Bindings {
  readonly IMAGES: R2Bucket;
  readonly SHOP_LIMITS: DurableObjectNamespace<ShopLimits>;
}

/** hono's view of one request. */
export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    requestId: string;
    traceparent: string;
    /** Milliseconds since the epoch at which the client must have an answer. */
    deadline: number;
    /** Headers that this request's answer carries, be it a success or an error. */
    answerHeaders: Headers;
    config: Config;
    /** Set by `authenticate`. */
    principal: Principal;
  };
}
