import {
  EVENTS_PATH,
  EVENTS_TICKET_PATH,
  EVENTS_TICKET_SECONDS,
  eventsQuerySchema,
} from '@edge-ocr/shared/contract/events';
import { invalidRequest } from '@edge-ocr/shared/contract/options';
import { OcrError } from '@edge-ocr/shared/errors';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { allow, authenticate } from '../auth/authenticate.ts';
import { redeemTicket, signTicket } from '../auth/events-ticket.ts';
import type { AppEnv } from '../env.ts';
import { limit } from '../limits/limit.ts';
import { forwardConnection } from '../nodes/forward.ts';
import { uniqueEntries } from '../unique-entries.ts';
import { answerData } from './answer-data.ts';
import { vouchingOf } from './vouching.ts';

/** Live progress, passed through from a node as it comes. */
export function addEventRoutes(app: Hono<AppEnv>): void {
  app.get(EVENTS_PATH, requireOwnOrigin, admitListener, allow('ocr:read'), limit({ quota: false }), async (c) => {
    const upgrade = wantsWebSocket(c);
    const until = c.get('accessExpiresAt');
    const stream = await forwardConnection(targetOf(c), { until, upgrade }, vouchingOf(c));
    if (stream.webSocket) return new Response(null, { status: 101, webSocket: stream.webSocket });
    const headers = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'private, no-store' };
    return new Response(stream.body, { headers });
  });

  app.post(EVENTS_TICKET_PATH, authenticate, allow('ocr:read'), limit({ quota: false }), async (c) => {
    const { internalKey } = c.get('config');
    const ticket = await signTicket(c.get('principal'), c.get('accessExpiresAt'), internalKey);
    return answerData({ ticket, expires_in_seconds: EVENTS_TICKET_SECONDS });
  });
}

/** By access token, or by a ticket in its place. */
const admitListener: MiddlewareHandler<AppEnv> = async (c, next) => {
  const ticket = queryOf(c).ticket;
  if (ticket === undefined || c.req.header('authorization')) return await authenticate(c, next);
  const { principal, expiresAt } = await redeemTicket(ticket, c.get('config'));
  c.set('principal', principal);
  c.set('accessExpiresAt', expiresAt);
  await next();
};

/** Browsers ask nobody whether a page may open a WebSocket to another site: CORS does not hold for it. */
const requireOwnOrigin: MiddlewareHandler<AppEnv> = async (c, next) => {
  const origin = c.req.header('origin');
  if (origin !== undefined && wantsWebSocket(c) && !c.get('config').allowedOrigins.includes(origin)) {
    // Apps that are no pages name the host that they call.
    if (URL.parse(origin)?.host !== new URL(c.req.url).host) {
      throw new OcrError('FORBIDDEN', { message: 'This origin may not open a WebSocket' });
    }
  }
  await next();
};

function wantsWebSocket(c: Context<AppEnv>): boolean {
  return c.req.header('upgrade')?.toLowerCase() === 'websocket';
}

/** What the node is asked for, without the ticket. A browser that connects again says in a header where it was. */
function targetOf(c: Context<AppEnv>): string {
  const { job_id, since } = queryOf(c);
  const place = lastEventId(c) ?? since;
  const query = new URLSearchParams({ ...(job_id && { job_id }), ...(place && { since: place }) });
  return query.size > 0 ? `${EVENTS_PATH}?${query}` : EVENTS_PATH;
}

function lastEventId(c: Context<AppEnv>): string | undefined {
  const sent = c.req.header('last-event-id');
  if (!sent) return undefined;
  const parsed = eventsQuerySchema.shape.since.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw new OcrError('INVALID_REQUEST', { message: 'Last-Event-ID is not an id of this stream' });
}

/** @throws OcrError INVALID_REQUEST */
function queryOf(c: Context<AppEnv>) {
  const parsed = eventsQuerySchema.safeParse(uniqueEntries(new URL(c.req.url).searchParams));
  if (!parsed.success) throw invalidRequest(parsed.error, Object.keys(eventsQuerySchema.shape));
  return parsed.data;
}
