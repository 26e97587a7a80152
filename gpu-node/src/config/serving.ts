/** Where the node listens, what it depends on, and how much it takes in at a time. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isOrigin, nodeIdSchema } from '@edge-ocr/shared/pool';
import { z } from 'zod';
import { integer, MIB, path, secret, type VariablesOf } from './variable.ts';

export const servingVariables = {
  NODE_HOST: z.string().default('127.0.0.1').describe('Address to listen on.'),
  NODE_PORT: integer(0, 65_535).default(8788),
  DATA_DIR: path.prefault('.data'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  INTERNAL_SECRET: secret.describe('Shared with the edge; signs the internal token.'),
  INTERNAL_SECRET_PREVIOUS: secret
    .optional()
    .describe(
      'The one before, while edges have it still: believed too, and what this node announces is signed with it.',
    ),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('Without it, PostgreSQL from npm runs under DATA_DIR.'),
  DATABASE_POOL_SIZE: integer(1, 200).default(10),
  DATABASE_STATEMENT_TIMEOUT_MS: integer(100, 600_000).default(10_000),
  UPSTASH_REDIS_REST_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The Redis that edges and nodes share.'),
  UPSTASH_REDIS_REST_TOKEN: z.string().optional(),
  CACHE_TTL_SECONDS: integer(1, 30 * 86_400)
    .default(3600)
    .describe('Life of a result in that Redis.'),
  NEGATIVE_CACHE_TTL_SECONDS: integer(1, 86_400).default(300).describe('The same for failures that would repeat.'),
  PROCESSING_TIMEOUT_MS: integer(100, 600_000).default(30_000),
  MAX_IN_FLIGHT: integer(1, 10_000)
    .default(16)
    .describe('Requests processed at a time; more are refused as OVERLOADED.'),
  MAX_BYTES_IN_FLIGHT: integer(1, 100_000 * MIB)
    .default(128 * MIB)
    .describe('Bytes of all images taken in at a time; beyond it OVERLOADED.'),
  MAX_PIXELS_IN_FLIGHT: integer(1, 10_000_000_000)
    .default(120_000_000)
    .describe('Pixels of all images in memory at a time; what is beyond waits.'),
  MAX_IDLE_PIXEL_BYTES: integer(0, 100_000 * MIB)
    .default(192 * MIB)
    .describe('Memory of decoded pages that is kept for the next ones.'),
  METRICS_WINDOW_SECONDS: integer(10, 86_400)
    .default(900)
    .describe('How far back the percentiles of the metrics look.'),
  METRICS_MAX_SAMPLES: integer(10, 100_000)
    .default(1000)
    .describe('Images that they look at, the latest, so that a busy node remembers no more.'),
  SHUTDOWN_TIMEOUT_MS: integer(100, 600_000).default(20_000),
  NODE_PUBLIC_URL: z
    .string()
    .refine(isOrigin, 'must be an origin such as http://10.0.0.7:8788')
    .transform((url) => new URL(url).origin)
    .optional()
    .describe('Where edges reach this node; with it and Redis the node announces itself.'),
  NODE_ID: nodeIdSchema.default(newNodeId).describe('Name in the pool, which no other node may have.'),
  POOL_HEARTBEAT_MS: integer(100, 60_000).default(3000),
  POOL_TTL_MS: integer(300, 600_000).default(12_000).describe('Without a heartbeat the node is forgotten after this.'),
  DRAIN_NOTICE_MS: integer(0, 600_000)
    .default(6000)
    .describe('Between announcing that the node goes and refusing work; longer than edges keep a list of nodes.'),
};

/** The host for people, and a few random characters: a node that replaces one on the same host is another. */
function newNodeId(): string {
  const host = hostname().replace(/[^\w.-]/g, '-');
  return `${host.slice(0, 80)}-${randomBytes(3).toString('hex')}`;
}

export function servingContradictions(config: Partial<VariablesOf<typeof servingVariables>>): string[] {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, NODE_PUBLIC_URL: publicUrl } = config;
  const { POOL_TTL_MS: ttl = 0, POOL_HEARTBEAT_MS: heartbeat = 0 } = config;
  return [
    ...(url && !token ? ['UPSTASH_REDIS_REST_TOKEN: is missing beside UPSTASH_REDIS_REST_URL'] : []),
    ...(token && !url ? ['UPSTASH_REDIS_REST_URL: is missing beside UPSTASH_REDIS_REST_TOKEN'] : []),
    ...(publicUrl && !url ? ['NODE_PUBLIC_URL: is announced in Redis, so UPSTASH_REDIS_REST_URL is needed too'] : []),
    ...(ttl < 2 * heartbeat ? ['POOL_TTL_MS: must be at least twice POOL_HEARTBEAT_MS'] : []),
  ];
}
