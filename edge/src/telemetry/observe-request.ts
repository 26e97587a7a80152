import type { Context } from 'hono';
import type { Config } from '../config.ts';
import type { AppEnv } from '../env.ts';
import { observedRequest } from './observed-request.ts';
import { sendSpan } from './send-span.ts';
import { writeDataPoint } from './write-data-point.ts';

/** Tells of a request that is answered: a data point, and its span. */
export function observeRequest(c: Context<AppEnv>): void {
  const seen = observedRequest(c);
  writeDataPoint(c.env.ANALYTICS, seen);
  // There is none where it is not valid.
  const config: Config | undefined = c.get('config');
  if (!config?.traces) return;
  const ids = { traceparent: c.get('traceparent'), parent: c.get('parentTrace') };
  c.executionCtx.waitUntil(sendSpan(seen, ids, c.get('requestId'), config));
}
