import { EVENTS_PATH, eventPositionSchema, eventsQuerySchema } from '@edge-ocr/shared/contract/events';
import { invalidRequest } from '@edge-ocr/shared/contract/options';
import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { NodeDependencies } from '../app.ts';
import { connectedUntil, principalOfRequest } from '../auth/internal-token.ts';
import type { OpenSubscription, Wish } from '../events/event-hub.ts';
import { parsePosition } from '../events/position.ts';
import { SseConnection } from '../events/sse-connection.ts';
import { type ServerSocket, WebSocketConnection } from '../events/websocket-connection.ts';

/** What a client may say over its WebSocket, once. */
const sayingSchema = z.strictObject({ since: eventPositionSchema });

/** `GET /api/v1/ocr/events`: a WebSocket for who asks to upgrade, else server-sent events. */
export function registerEvents(app: FastifyInstance, { events }: NodeDependencies): void {
  app.route({
    method: 'GET',
    url: EVENTS_PATH,
    exposeHeadRoute: false,
    // Before the upgrade, after which there are no more statuses to answer with.
    preHandler: async (request) => events.requireRoom(wishOf(request).shopId),
    handler: (request, reply) => {
      const wish = wishOf(request);
      events.requireRoom(wish.shopId);
      reply.hijack();
      events.subscribe(new SseConnection(reply.raw, { [HEADER.requestId]: request.id }), wish);
    },
    wsHandler: (socket: ServerSocket, request) => {
      const connection = new WebSocketConnection(socket);
      try {
        listenTo(socket, events.subscribe(connection, wishOf(request)));
      } catch {
        // The last place was taken while the connection was upgraded.
        connection.close({ code: 'tryAgain', reason: 'no room; try again' });
      }
    },
  });
}

function listenTo(socket: ServerSocket, subscription: OpenSubscription): void {
  let hasSpoken = false;
  socket.on('message', (data, isBinary) => {
    const said = hasSpoken || isBinary ? null : sayingOf(data.toString());
    hasSpoken = true;
    if (said) subscription.restart(parsePosition(said.since));
    else subscription.refuse('say {"since": "…"}, and once');
  });
}

function sayingOf(text: string): z.infer<typeof sayingSchema> | null {
  try {
    return sayingSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** @throws OcrError INVALID_REQUEST, UNAUTHORIZED */
function wishOf(request: FastifyRequest): Wish {
  const query = eventsQuerySchema.omit({ ticket: true }).safeParse(request.query);
  if (!query.success) throw invalidRequest(query.error, ['job_id', 'since']);
  const { job_id, since } = query.data;
  return {
    shopId: principalOfRequest(request).shopId,
    jobId: job_id?.toLowerCase(),
    since: since === undefined ? undefined : parsePosition(since),
    until: connectedUntil(request),
  };
}
