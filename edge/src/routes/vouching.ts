import type { Context } from 'hono';
import type { AppEnv } from '../env.ts';
import type { Vouching } from '../nodes/forward.ts';

/** What the edge vouches with for the client of this request. */
export function vouchingOf(c: Context<AppEnv>): Vouching {
  return {
    config: c.get('config'),
    principal: c.get('principal'),
    requestId: c.get('requestId'),
    traceparent: c.get('traceparent'),
    deadline: c.get('deadline'),
  };
}
