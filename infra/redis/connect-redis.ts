/** The only file of infra that imports ioredis: one connection to a real Redis. */
import { Redis } from 'ioredis';

/** A command's name in upper case, and its arguments. */
export type Command = readonly [name: string, ...args: string[]];

/** What Redis answered one command of several with. */
export type Outcome = { readonly result: unknown } | { readonly error: string };

export interface RedisConnection {
  /** @throws RedisAwayError, or ReplyError as Redis gave it. */
  call(command: Command): Promise<unknown>;
  /** Each on its own; one that fails does not stop the others. @throws RedisAwayError */
  pipeline(commands: readonly Command[]): Promise<Outcome[]>;
  /** All or none, as MULTI and EXEC do it. @throws RedisAwayError, or ReplyError when Redis takes none of them. */
  transaction(commands: readonly Command[]): Promise<Outcome[]>;
  close(): void;
}

/** Redis cannot be reached or does not answer in time; the same call may succeed later. */
export class RedisAwayError extends Error {
  constructor(cause: unknown) {
    super('Redis does not answer', { cause });
    this.name = 'RedisAwayError';
  }
}

const CONNECT_TIMEOUT_MS = 2000;
const RECONNECT_MAX_MS = 1000;

/**
 * @param commandTimeoutMs how long one command may take.
 * @throws RedisAwayError when the first connection fails; later ones are made again by themselves.
 */
export async function connectRedis(url: string, commandTimeoutMs: number): Promise<RedisConnection> {
  const redis = new Redis(url, {
    // RESP3, the default of ioredis 6, has maps and booleans, which the REST protocol does not know.
    protocol: 2,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 1,
    // While Redis is away a command fails at once, rather than waiting in memory for it to come back.
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(attempt * 50, RECONNECT_MAX_MS),
  });
  // Without a listener ioredis prints every failed attempt to reconnect; the commands say it already.
  redis.on('error', () => {});
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new RedisAwayError(cause);
  }
  const run = async (commands: readonly Command[], batch: ReturnType<Redis['pipeline']>): Promise<Outcome[]> => {
    for (const [name, ...args] of commands) batch.call(name, ...args);
    const outcomes = await batch.exec().catch(rethrow);
    return (outcomes ?? []).map(([error, result]) => {
      if (!error) return { result };
      return isReply(error) ? { error: error.message } : rethrow(error);
    });
  };
  return {
    call: ([name, ...args]) => redis.call(name, ...args).catch(rethrow),
    pipeline: (commands) => run(commands, redis.pipeline()),
    transaction: (commands) => run(commands, redis.multi()),
    close: () => redis.disconnect(),
  };
}

/** ioredis gives what Redis itself said this name; everything else is about the connection. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'ReplyError' || /^EXECABORT/.test(error.message));
}

function rethrow(error: unknown): never {
  throw isReply(error) ? error : new RedisAwayError(error);
}
