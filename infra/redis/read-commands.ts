import type { Command } from './connect-redis.ts';

/** A request that no server of Upstash would take either; the message is for the client. */
export class BadCommandError extends Error {}

const MAX_COMMANDS = 1000;
/**
 * All clients share one connection: what would change its state for the others, or hold it while nothing happens, has no
 * place on it.
 */
const REFUSED = new Set(
  `AUTH BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN CLIENT DISCARD EXEC HELLO MONITOR MULTI PSUBSCRIBE
   PUNSUBSCRIBE QUIT RESET SELECT SHUTDOWN SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE UNSUBSCRIBE UNWATCH WAIT WAITAOF WATCH`.split(
    /\s+/,
  ),
);

/** One command from the body of `POST /`. @throws BadCommandError */
export function readCommand(json: unknown): Command {
  if (!Array.isArray(json) || json.length === 0) throw new BadCommandError('ERR a command is an array of its parts');
  const parts = json.map((part: unknown) => {
    if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') return String(part);
    throw new BadCommandError('ERR the parts of a command are strings, numbers or booleans');
  });
  const [name, ...args] = parts as [string, ...string[]];
  const upper = name.toUpperCase();
  if (REFUSED.has(upper)) throw new BadCommandError(`ERR ${upper} is not available over REST`);
  // Blocking turns XREAD into one of those above.
  if (upper.startsWith('XREAD') && args.some((arg) => arg.toUpperCase() === 'BLOCK')) {
    throw new BadCommandError('ERR BLOCK is not available over REST');
  }
  return [upper, ...args];
}

/** The commands from the body of `POST /pipeline` or `/multi-exec`. @throws BadCommandError */
export function readCommands(json: unknown): Command[] {
  if (!Array.isArray(json)) throw new BadCommandError('ERR several commands are an array of arrays');
  if (json.length > MAX_COMMANDS) throw new BadCommandError(`ERR more than ${MAX_COMMANDS} commands in one request`);
  return json.map(readCommand);
}
