import { OcrError } from '@edge-ocr/shared/errors';
import { INTERNAL_SECRET_MIN_BYTES } from '@edge-ocr/shared/internal';
import { z } from 'zod';

const byteLength = (text: string) => new TextEncoder().encode(text).length;

const secret = z
  .string({ error: 'is missing' })
  .refine((text) => byteLength(text) >= INTERNAL_SECRET_MIN_BYTES, `needs at least ${INTERNAL_SECRET_MIN_BYTES} bytes`);

/** A whole number; wrangler gives numbers or strings, depending on where the value was set. */
const whole = (fallback: number, min: number, max: number) =>
  z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: 'must be a whole number' })
    .pipe(z.number().int().min(min).max(max))
    .default(fallback);

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean),
);

/** Only an origin: the target that a token is bound to is the path at the node, so a base path has no place. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '');
}
const origins = list.refine((all) => all.every(isOrigin), 'must be origins such as https://example.org');

const optionalText = z
  .string()
  .optional()
  .transform((text) => text || undefined);

const variablesSchema = z
  .object({
    JWT_SECRET: secret,
    JWT_ISSUER: z.string().min(1).default('edge-ocr'),
    JWT_AUDIENCE: z.string().min(1).default('edge-ocr'),
    CLOCK_TOLERANCE_SECONDS: whole(5, 0, 300),
    INTERNAL_SECRET: secret,
    NODE_URLS: z
      .string({ error: 'is missing' })
      .pipe(origins)
      .refine((all) => all.length > 0, 'names no node'),
    ALLOWED_ORIGINS: z.string().default('').pipe(origins),
    MAX_IMAGE_BYTES: whole(10 * 1024 * 1024, 1024, 50 * 1024 * 1024),
    LIMIT_USER_PER_MINUTE: whole(100, 1, 1_000_000),
    LIMIT_SHOP_PER_HOUR: whole(1000, 1, 100_000_000),
    QUOTA_SHOP_PER_DAY: whole(10_000, 1, 1_000_000_000),
    // workerd's Cache API and Redis both refuse a lifetime of 0.
    CACHE_TTL_SECONDS: whole(3600, 1, 30 * 86_400),
    NEGATIVE_CACHE_TTL_SECONDS: whole(300, 1, 86_400),
    REQUEST_DEADLINE_MS: whole(30_000, 100, 300_000),
    UPSTASH_REDIS_REST_URL: optionalText,
    UPSTASH_REDIS_REST_TOKEN: optionalText,
    // Presence alone: what these can do is the platform's to say.
    IMAGES: z.custom((binding) => binding !== undefined, 'this R2 binding is missing'),
    SHOP_LIMITS: z.custom((binding) => binding !== undefined, 'this Durable Object binding is missing'),
  })
  .refine((all) => !all.UPSTASH_REDIS_REST_URL || all.UPSTASH_REDIS_REST_TOKEN, {
    path: ['UPSTASH_REDIS_REST_TOKEN'],
    error: 'is missing beside UPSTASH_REDIS_REST_URL',
  });

export type Config = ReturnType<typeof parseConfig>;

/**
 * The settings of the Worker, checked.
 * @throws OcrError INTERNAL whose cause names every bad variable, never its value; the cause is logged, not answered.
 */
export function parseConfig(env: object) {
  const parsed = variablesSchema.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new OcrError('INTERNAL', { cause: new Error(`Configuration: ${problems.join('; ')}`) });
  }
  const vars = parsed.data;
  return {
    access: {
      key: new TextEncoder().encode(vars.JWT_SECRET),
      issuer: vars.JWT_ISSUER,
      audience: vars.JWT_AUDIENCE,
      clockToleranceSeconds: vars.CLOCK_TOLERANCE_SECONDS,
    },
    internalKey: new TextEncoder().encode(vars.INTERNAL_SECRET),
    nodeUrls: vars.NODE_URLS.map((url) => new URL(url).origin),
    allowedOrigins: vars.ALLOWED_ORIGINS.map((url) => new URL(url).origin),
    maxImageBytes: vars.MAX_IMAGE_BYTES,
    limits: {
      userPerMinute: vars.LIMIT_USER_PER_MINUTE,
      shopPerHour: vars.LIMIT_SHOP_PER_HOUR,
      shopPerDay: vars.QUOTA_SHOP_PER_DAY,
    },
    cacheTtlSeconds: vars.CACHE_TTL_SECONDS,
    negativeCacheTtlSeconds: vars.NEGATIVE_CACHE_TTL_SECONDS,
    requestDeadlineMs: vars.REQUEST_DEADLINE_MS,
    redis: vars.UPSTASH_REDIS_REST_URL
      ? { url: vars.UPSTASH_REDIS_REST_URL, token: vars.UPSTASH_REDIS_REST_TOKEN ?? '' }
      : null,
  };
}

const parsedConfigs = new WeakMap<object, Config>();

/** `parseConfig`, once for an isolate's bindings. */
export function configOf(env: object): Config {
  const known = parsedConfigs.get(env);
  if (known) return known;
  const config = parseConfig(env);
  parsedConfigs.set(env, config);
  return config;
}
