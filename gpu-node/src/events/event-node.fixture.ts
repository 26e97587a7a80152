/** For tests: the node's server with its event hub, on a database of its own, and tokens as the edge makes them. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { EVENTS_PATH } from '@edge-ocr/shared/contract/events';
import {
  EMPTY_BODY_SHA256,
  INTERNAL_TOKEN_ALGORITHM,
  INTERNAL_TOKEN_AUDIENCE,
  INTERNAL_TOKEN_ISSUER,
} from '@edge-ocr/shared/internal';
import { SignJWT } from 'jose';
import { createApp, type NodeDependencies } from '../app.ts';
import { parseConfig } from '../config.ts';
import { createLogger } from '../log/create-logger.ts';
import { createMetrics } from '../metrics.ts';
import type { Database } from '../persist/database.ts';
import type { Closing } from './connection.ts';
import { EventHub, type HubOptions } from './event-hub.ts';
import { SseClient, WebSocketClient } from './stream-client.fixture.ts';

const INTERNAL_SECRET = 'a-secret-of-more-than-thirty-two-bytes';

export interface Listening {
  readonly shopId: string;
  /** Such as job_id=…&since=… */
  readonly query?: string;
  /** Seconds since the epoch; null leaves it out. */
  readonly until?: number | null;
}

export interface EventNode {
  readonly hub: EventHub;
  readonly url: string;
  /** Why connections ended, in order. */
  readonly ended: (Closing['code'] | 'left')[];
  /** Address and headers of a request that listens. */
  request(listening: Listening): Promise<{ url: string; headers: Record<string, string> }>;
  sse(listening: Listening): Promise<SseClient>;
  websocket(listening: Listening): Promise<WebSocketClient>;
  stop(): Promise<void>;
}

export async function startEventNode(
  db: Database,
  databaseUrl: string,
  options: Partial<HubOptions> = {},
): Promise<EventNode> {
  const config = parseConfig({ INTERNAL_SECRET });
  const ended: EventNode['ended'] = [];
  const hub = new EventHub({
    db,
    databaseUrl,
    maxConnections: 50,
    maxConnectionsPerShop: 20,
    heartbeatMs: 60_000,
    // So long that only notifications can be what wakes.
    pollMs: 60_000,
    maxConnectionSeconds: 600,
    buffer: { messages: 1000, bytes: 1024 * 1024 },
    log: { warn: () => {} },
    onClosed: (why) => void ended.push(why),
    ...options,
  });
  const app = createApp(
    {
      config,
      database: db,
      engine: { modelVersion: 'test-1' },
      metrics: createMetrics(),
      events: hub,
      admission: { isOpen: true } as NodeDependencies['admission'],
    } as NodeDependencies,
    createLogger('silent'),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const request: EventNode['request'] = async ({ shopId, query, until }) => {
    const target = EVENTS_PATH + (query ? `?${query}` : '');
    const token = await internalToken(shopId, target, until);
    return { url: url + target, headers: { authorization: `Bearer ${token}` } };
  };
  return {
    hub,
    url,
    ended,
    request,
    sse: async (listening) => {
      const { url, headers } = await request(listening);
      return await SseClient.open(url, headers);
    },
    websocket: async (listening) => {
      const { url, headers } = await request(listening);
      return await WebSocketClient.open(url, headers);
    },
    stop: async () => {
      await hub.close();
      const closing = app.close();
      // Connections that a client opened and never used count as busy for a minute.
      setTimeout(() => app.server.closeAllConnections(), 100);
      await closing;
    },
  };
}

async function internalToken(shopId: string, target: string, until?: number | null): Promise<string> {
  const connectedUntil = until === undefined ? Math.floor(Date.now() / 1000) + 600 : until;
  return await new SignJWT({
    sub: randomUUID(),
    shop_id: shopId,
    scope: 'ocr:read',
    request_id: randomUUID(),
    method: 'GET',
    target,
    body_sha256: EMPTY_BODY_SHA256,
    ...(connectedUntil !== null && { connected_until: connectedUntil }),
  })
    .setProtectedHeader({ alg: INTERNAL_TOKEN_ALGORITHM })
    .setIssuer(INTERNAL_TOKEN_ISSUER)
    .setAudience(INTERNAL_TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(new TextEncoder().encode(INTERNAL_SECRET));
}
