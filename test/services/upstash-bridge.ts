/**
 * The REST protocol of Upstash in front of a real Redis: what @upstash/redis sends for single commands.
 * https://upstash.com/docs/redis/features/restapi
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { Redis } from 'ioredis';

export interface UpstashBridge {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Names of the commands passed on since the start, in upper case. */
  readonly commands: readonly string[];
  /** Idempotent. */
  stop(): Promise<void>;
}

/** @param port 0 for a free one. */
export async function startUpstashBridge(redisUrl: string, token: string, port = 0): Promise<UpstashBridge> {
  // ioredis 6 speaks RESP3 by default, whose maps and booleans the REST protocol does not have.
  const redis = new Redis(redisUrl, { protocol: 2, maxRetriesPerRequest: 1 });
  const commands: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response, { redis, token, commands }).catch((error: Error) =>
      send(response, 400, { error: error.message }),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    token,
    commands,
    stop() {
      stopping ??= closeAll(server, redis);
      return stopping;
    },
  };
}

interface Context {
  readonly redis: Redis;
  readonly token: string;
  readonly commands: string[];
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  if (request.headers.authorization !== `Bearer ${context.token}`)
    return send(response, 401, { error: 'Unauthorized' });
  if (request.method !== 'POST' || request.url !== '/') return send(response, 404, { error: 'Not found' });
  const [name, ...args] = (await json(request)) as [string, ...(string | number)[]];
  context.commands.push(name.toUpperCase());
  const result = await context.redis.call(name.toUpperCase(), ...args);
  send(response, 200, { result: request.headers['upstash-encoding'] === 'base64' ? encoded(result) : result });
}

/** Strings in base64, at any depth; a plain OK stays as it is. */
function encoded(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(encoded);
  return typeof result === 'string' && result !== 'OK' ? Buffer.from(result).toString('base64') : result;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function closeAll(server: Server, redis: Redis): Promise<void> {
  server.close();
  server.closeAllConnections();
  redis.disconnect();
  await once(server, 'close');
}
