/** Live progress: `GET /api/v1/ocr/events`, over SSE or WebSocket, and the ticket that opens it from a browser. */
import { z } from 'zod';
import { jobEventSchema } from './jobs.ts';

export const EVENTS_PATH = '/api/v1/ocr/events';
export const EVENTS_TICKET_PATH = '/api/v1/ocr/events/ticket';
export const EVENTS_TICKET_SECONDS = 60;

/** A place in the shop's stream of events. Opaque to clients, and the same at every node. */
export const eventPositionSchema = z
  .string()
  // So many digits as PostgreSQL takes without overflow.
  .regex(/^\d{1,19}-\d{1,18}$/, 'is not an id of this stream');

export const eventsQuerySchema = z
  .strictObject({
    job_id: z
      .uuid()
      .optional()
      .describe('Only this job, from its first event on; without it the whole shop, from now on.'),
    since: eventPositionSchema
      .optional()
      .describe(
        'id of the last event seen: what came after it follows. 0-0: all that is kept. Last-Event-ID does the same.',
      ),
    ticket: z.string().max(4096).optional().describe('In place of the Authorization header.'),
  })
  .meta({ id: 'EventsQuery' });

const id = z.string().describe('Where this message stands in the stream; resume with it.');

/** Told first, and again whenever the place moved without an event. */
const positionSchema = z.object({ event: z.literal('position'), id });
/** Events between `since` and `id` are no longer kept: fetch the state of your jobs, then go on from here. */
const resetSchema = z.object({ event: z.literal('reset'), id });

/** One message: the `data` of an SSE event, or a WebSocket message. */
export const eventMessageSchema = z
  .union([positionSchema, resetSchema, jobEventSchema.and(z.object({ id }))])
  .meta({ id: 'EventMessage' });
export type EventMessage = z.infer<typeof eventMessageSchema>;

export const eventsTicketSchema = z
  .object({ ticket: z.string(), expires_in_seconds: z.int().describe('Open the stream by then.') })
  .meta({ id: 'EventsTicket' });

/** Codes of a WebSocket that the service closes. After all but 1008 and 4401 resume with the last id. */
export const EVENTS_CLOSE_CODE = {
  /** The node goes, or the connection has lasted as long as one may. */
  goingAway: 1001,
  /** The client said what it may not say. */
  policy: 1008,
  /** The client reads too slowly, or the service cannot go on for now. */
  tryAgain: 1013,
  /** The access token has expired: connect with a new one. */
  expired: 4401,
} as const;
