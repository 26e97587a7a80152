import { z } from 'zod';
import type { RestServerOptions } from './rest-server.ts';

const TOKEN_MIN_CHARS = 32;

const schema = z.object({
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).default('redis://127.0.0.1:6379'),
  UPSTASH_REDIS_REST_TOKEN: z
    .string(`is not set; make one with: openssl rand -base64 32`)
    .regex(/^\S+$/, 'must not hold spaces')
    .min(TOKEN_MIN_CHARS, `must have ${TOKEN_MIN_CHARS} characters or more`),
  REDIS_REST_HOST: z.string().default('127.0.0.1'),
  REDIS_REST_PORT: z.coerce.number().int().min(0).max(65_535).default(8079),
  REDIS_REST_MAX_BODY_BYTES: z.coerce.number().int().min(1024).max(104_857_600).default(1_048_576),
  REDIS_REST_COMMAND_TIMEOUT_MS: z.coerce.number().int().min(10).max(60_000).default(2000),
});

/** @throws Error that names each variable that is wrong, never its value. */
export function parseServeSettings(environment: Record<string, string | undefined>): RestServerOptions {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== '');
  const parsed = schema.safeParse(Object.fromEntries(set));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`Settings are not valid\n  ${problems.join('\n  ')}`);
  }
  return {
    redisUrl: parsed.data.REDIS_URL,
    token: parsed.data.UPSTASH_REDIS_REST_TOKEN,
    host: parsed.data.REDIS_REST_HOST,
    port: parsed.data.REDIS_REST_PORT,
    maxBodyBytes: parsed.data.REDIS_REST_MAX_BODY_BYTES,
    commandTimeoutMs: parsed.data.REDIS_REST_COMMAND_TIMEOUT_MS,
  };
}
