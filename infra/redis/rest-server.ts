/**
 * Upstash's REST protocol in front of a real Redis, as @upstash/redis and @upstash/ratelimit speak it: for tests, and for
 * who runs a Redis of their own. https://upstash.com/docs/redis/features/restapi
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Command, connectRedis, isReply, RedisAwayError, type RedisConnection } from './connect-redis.ts';
import { encodeBase64, encodeOutcome } from './encode-reply.ts';
import { LuaScripts } from './lua-scripts.ts';
import { BadCommandError, readCommand, readCommands } from './read-commands.ts';

export interface RestServerOptions {
  readonly redisUrl: string;
  /** What clients send as `Authorization: Bearer …`. */
  readonly token: string;
  readonly host?: string;
  /** 0, the default, for a free one. */
  readonly port?: number;
  /** Default 1 MiB, which is Upstash's own limit too. */
  readonly maxBodyBytes?: number;
  readonly commandTimeoutMs?: number;
  /** Hears each command, its name in upper case, before Redis does. */
  readonly onCommand?: (command: Command) => void;
}

export interface RestServer {
  readonly url: string;
  readonly port: number;
  /** Idempotent. */
  stop(): Promise<void>;
}

const MIB = 1024 * 1024;
const MAX_CONNECTIONS = 1000;
const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Longer than clients keep an idle connection, so that it is not closed under a request that is on its way. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** @throws RedisAwayError when Redis cannot be reached; Error when the port is taken. */
export async function startRestServer(options: RestServerOptions): Promise<RestServer> {
  const { host = '127.0.0.1', port = 0, commandTimeoutMs = 2000, maxBodyBytes = MIB } = options;
  const redis = await connectRedis(options.redisUrl, commandTimeoutMs);
  const context: Context = {
    redis,
    scripts: new LuaScripts(),
    tokenHash: sha256(options.token),
    maxBodyBytes,
    onCommand: options.onCommand ?? (() => {}),
  };
  const limits = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
  const server = createServer({ ...limits, keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, (request, response) => {
    answer(request, context)
      .catch(renderError)
      .then((reply) => send(response, reply));
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    redis.close();
    throw error;
  }
  const { address, port: actual } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${actual}`,
    port: actual,
    stop() {
      stopping ??= closeAll(server, redis);
      return stopping;
    },
  };
}

interface Context {
  readonly redis: RedisConnection;
  readonly scripts: LuaScripts;
  readonly tokenHash: Buffer;
  readonly maxBodyBytes: number;
  readonly onCommand: (command: Command) => void;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** Set when part of the request was not read: the connection cannot be used again. */
  readonly close?: boolean;
}

async function answer(request: IncomingMessage, context: Context): Promise<Reply> {
  if (!isAuthorized(request, context)) return { status: 401, body: { error: 'Unauthorized' }, close: true };
  if (request.method !== 'POST') return { status: 405, body: { error: 'ERR only POST' }, close: true };
  const json = await readJson(request, context.maxBodyBytes);
  const encode = request.headers['upstash-encoding'] === 'base64';
  const { pathname } = new URL(request.url ?? '/', 'http://rest');
  switch (pathname) {
    case '/': {
      const [command] = announced([readCommand(json)], context);
      const result = await context.redis.call(command!);
      return { status: 200, body: { result: encode ? encodeBase64(result) : result } };
    }
    case '/pipeline':
    case '/multi-exec': {
      const commands = announced(readCommands(json), context);
      if (commands.length === 0) return { status: 200, body: [] };
      const outcomes = await context.redis[pathname === '/pipeline' ? 'pipeline' : 'transaction'](commands);
      return { status: 200, body: encode ? outcomes.map(encodeOutcome) : outcomes };
    }
    default:
      return { status: 404, body: { error: 'ERR no such path' } };
  }
}

function announced(commands: readonly Command[], { scripts, onCommand }: Context): Command[] {
  for (const command of commands) onCommand(command);
  return commands.map((command) => scripts.translate(command));
}

/** Hashes of equal length are compared, so that the time says nothing of the token. */
function isAuthorized(request: IncomingMessage, { tokenHash }: Context): boolean {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return timingSafeEqual(sha256(token), tokenHash);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

class BodyTooLargeError extends Error {}

async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new BodyTooLargeError(`ERR max request size exceeded: ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new BadCommandError('ERR the body is not JSON');
  }
}

function renderError(error: unknown): Reply {
  if (error instanceof RedisAwayError) return { status: 503, body: { error: `ERR ${error.message}` } };
  if (error instanceof BodyTooLargeError) return { status: 413, body: { error: error.message }, close: true };
  // Redis' own words, NOSCRIPT among them: the clients act on them.
  if (isReply(error) || error instanceof BadCommandError) return { status: 400, body: { error: error.message } };
  return { status: 500, body: { error: 'ERR internal' }, close: true };
}

function send(response: ServerResponse, { status, body, close = false }: Reply): void {
  if (response.destroyed) return;
  const headers = { 'content-type': 'application/json', ...(close && { connection: 'close' }) };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

async function closeAll(server: Server, redis: RedisConnection): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  redis.close();
  await closed;
}
