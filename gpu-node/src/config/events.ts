/** Live progress. */
import { integer, MIB } from './variable.ts';

export const eventVariables = {
  EVENTS_MAX_CONNECTIONS: integer(1, 100_000)
    .default(1000)
    .describe('Listeners to live progress at a time; more get OVERLOADED.'),
  EVENTS_MAX_CONNECTIONS_PER_SHOP: integer(1, 100_000).default(100).describe('The same for one shop.'),
  EVENTS_MAX_CONNECTION_SECONDS: integer(1, 86_400)
    .default(3600)
    .describe('Such a connection ends after this, or when its token expires.'),
  EVENTS_HEARTBEAT_MS: integer(100, 300_000).default(15_000).describe('Between signs of life to listeners.'),
  EVENTS_POLL_MS: integer(100, 60_000)
    .default(2000)
    .describe('Between looks for events that the database did not notify of.'),
  EVENTS_BUFFER_BYTES: integer(1024, 100 * MIB)
    .default(MIB)
    .describe('What may wait for a listener who reads slowly; beyond it the connection is cut.'),
  EVENTS_BUFFER_MESSAGES: integer(1, 100_000).default(1000).describe('The same in messages.'),
  EVENTS_RETENTION_SECONDS: integer(60, 30 * 86_400)
    .default(3600)
    .describe('Events are kept this long, so that lost connections can be resumed.'),
};
