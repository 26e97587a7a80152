import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AppEnv } from '../env.ts';

/** What is told of a request: nothing of who asked, nor of what an image says. */
export interface ObservedRequest {
  readonly method: string;
  /** The pattern, such as /api/v1/ocr/results/:id; never the address. */
  readonly route: string;
  readonly status: number;
  /** Of the error catalogue; empty for a success. */
  readonly code: string;
  /** isolate, near, redis or miss; empty where no cache was asked. */
  readonly cache: string;
  readonly durationMs: number;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function observedRequest(c: Context<AppEnv>): ObservedRequest {
  const timing = c.get('timing');
  return {
    method: METHODS.includes(c.req.method) ? c.req.method : 'other',
    route: routeOf(c),
    status: c.res.status,
    code: c.get('errorCode') ?? '',
    cache: (timing.describe('cache') ?? '').replace(/^hit /, ''),
    durationMs: timing.total,
  };
}

/** Middleware is matched by every address; what answers has an address of its own. */
function routeOf(c: Context<AppEnv>): string {
  return matchedRoutes(c).findLast(({ path }) => path !== '/*' && path !== '*')?.path ?? 'unmatched';
}
