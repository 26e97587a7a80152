import type { FastifyRequest } from 'fastify';
import { type DestinationStream, type Logger, pino } from 'pino';
import { maskStack, maskText } from './mask-text.ts';

const MAX_CAUSES = 5;
/** What PostgreSQL and Node say of an error beside its message. `detail` and `where` repeat the row: not they. */
const SAFE_FACTS = ['code', 'table', 'constraint', 'column', 'errno', 'syscall'] as const;

/**
 * The node's logger. Whatever is logged through it shows nothing of what an image says: requests without their query,
 * errors without the data they carry, identity numbers masked in all text.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service: 'gpu-node' },
      serializers: { err: describeError, req: describeRequest },
      formatters: { log: maskFields },
      hooks: {
        logMethod(args, method) {
          const masked = args.map((arg) => (typeof arg === 'string' ? maskText(arg) : arg));
          method.apply(this, masked as typeof args);
        },
      },
    },
    destination as DestinationStream,
  );
}

function maskFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? maskText(value) : value]),
  );
}

/** Without the query: a search says what somebody bought, and may hold a number. */
function describeRequest({ method, url, ip }: FastifyRequest) {
  return { method, path: maskText(url.split('?', 1)[0]!), remoteAddress: ip };
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
  readonly [fact: string]: unknown;
}

function describeError(thrown: unknown, depth = 0): DescribedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: 'not an Error' };
  const facts = SAFE_FACTS.flatMap((name) => {
    const value = (thrown as Error & Record<string, unknown>)[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : [];
  });
  return {
    type: thrown.name,
    message: maskText(thrown.message),
    stack: maskStack(thrown),
    ...Object.fromEntries(facts),
    ...(thrown.cause !== undefined && depth < MAX_CAUSES && { cause: describeError(thrown.cause, depth + 1) }),
  };
}
