import { BATCH_MAX_IMAGES } from '@edge-ocr/shared/contract/jobs';
import { OcrError } from '@edge-ocr/shared/errors';
import { INTERNAL_SECRET_MIN_BYTES } from '@edge-ocr/shared/internal';
import { parseOtlpHeaders } from '@edge-ocr/shared/otlp-headers';
import { isOrigin } from '@edge-ocr/shared/pool';
import { z } from 'zod';

const encode = (text: string) => new TextEncoder().encode(text);
const byteLength = (text: string) => encode(text).length;

const secret = z
  .string({ error: 'is missing' })
  .refine((text) => byteLength(text) >= INTERNAL_SECRET_MIN_BYTES, `needs at least ${INTERNAL_SECRET_MIN_BYTES} bytes`);

/** A whole number; wrangler gives numbers or strings, depending on where the value was set. */
const whole = (fallback: number, min: number, max: number) =>
  z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: 'must be a whole number' })
    .pipe(z.number().int().min(min).max(max))
    .default(fallback);

/** wrangler gives numbers or strings. */
const fraction = (fallback: number) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d*\.?\d+$/)
          .transform(Number),
      ],
      { error: 'must be a number' },
    )
    .pipe(z.number().min(0).max(1))
    .default(fallback);

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean),
);

const origins = list.refine((all) => all.every(isOrigin), 'must be origins such as https://example.org');

const optionalText = z
  .string()
  .optional()
  .transform((text) => text || undefined);

/** An empty value counts as not set, so that a rotated secret can be taken back. */
const optional = (schema: typeof secret) =>
  z
    .literal('')
    .transform(() => undefined)
    .or(schema.optional());

/** Whoever can change the answer can make tokens, so the way to it is encrypted; but not on one machine, in tests. */
function isKeySetAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url?.username !== '' || url.password !== '') return false;
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|.+\.test)$/.test(url.hostname))
  );
}

const variablesSchema = z
  .object({
    JWT_SECRET: optional(secret),
    JWT_SECRET_PREVIOUS: optional(secret),
    JWKS_URL: optionalText.refine((url) => url === undefined || isKeySetAddress(url), 'must be an https:// address'),
    JWKS_CACHE_SECONDS: whole(600, 1, 86_400),
    JWKS_COOLDOWN_SECONDS: whole(30, 0, 3600),
    JWT_ISSUER: z.string().min(1).default('edge-ocr'),
    JWT_AUDIENCE: z.string().min(1).default('edge-ocr'),
    CLOCK_TOLERANCE_SECONDS: whole(5, 0, 300),
    INTERNAL_SECRET: secret,
    INTERNAL_SECRET_PREVIOUS: optional(secret),
    NODE_URLS: z.string().default('').pipe(origins),
    POOL_REFRESH_MS: whole(3000, 100, 60_000),
    NODE_FAILURES_ALLOWED: whole(3, 1, 100),
    NODE_REST_MS: whole(1000, 10, 600_000),
    NODE_REST_MAX_MS: whole(60_000, 10, 3_600_000),
    HEDGE_MAX_IMAGE_BYTES: whole(0, 0, 50 * 1024 * 1024),
    HEDGE_MIN_DELAY_MS: whole(50, 1, 60_000),
    ALLOWED_ORIGINS: z.string().default('').pipe(origins),
    MAX_IMAGE_BYTES: whole(10 * 1024 * 1024, 1024, 50 * 1024 * 1024),
    MAX_BATCH_IMAGES: whole(BATCH_MAX_IMAGES, 1, BATCH_MAX_IMAGES),
    MAX_BATCH_BYTES: whole(20 * 1024 * 1024, 1024, 100 * 1024 * 1024),
    MAX_JSON_BYTES: whole(64 * 1024, 1024, 1024 * 1024),
    MAX_BODY_BYTES_IN_FLIGHT: whole(64 * 1024 * 1024, 1024, 1024 * 1024 * 1024),
    LIMIT_USER_PER_MINUTE: whole(100, 1, 1_000_000),
    LIMIT_SHOP_PER_HOUR: whole(1000, 1, 100_000_000),
    QUOTA_SHOP_PER_DAY: whole(10_000, 1, 1_000_000_000),
    // workerd's Cache API and Redis both refuse a lifetime of 0.
    CACHE_TTL_SECONDS: whole(3600, 1, 30 * 86_400),
    NEGATIVE_CACHE_TTL_SECONDS: whole(300, 1, 86_400),
    ISOLATE_CACHE_CHARS: whole(8 * 1024 * 1024, 0, 64 * 1024 * 1024),
    CACHE_LEASE_MS: whole(10_000, 100, 60_000),
    REQUEST_DEADLINE_MS: whole(30_000, 100, 300_000),
    IMAGE_RETENTION_DAYS: whole(90, 1, 3650),
    SWEEP_MAX_OBJECTS: whole(100_000, 1, 10_000_000),
    SWEEP_MAX_SECONDS: whole(300, 1, 840),
    OTEL_EXPORTER_OTLP_ENDPOINT: optionalText.refine(
      (url) => url === undefined || /^https?:$/.test(URL.parse(url)?.protocol ?? ''),
      'must be an http(s):// address',
    ),
    OTEL_EXPORTER_OTLP_HEADERS: optionalText.refine(
      (list) => parseOtlpHeaders(list ?? '') !== null,
      'must be name=value, separated by commas',
    ),
    OTEL_SERVICE_NAME: z.string().min(1).max(200).default('edge-ocr-edge'),
    OTEL_TRACES_SAMPLER_ARG: fraction(1),
    OTEL_EXPORTER_OTLP_TIMEOUT: whole(5000, 100, 30_000),
    UPSTASH_REDIS_REST_URL: optionalText,
    UPSTASH_REDIS_REST_TOKEN: optionalText,
    // Presence alone: what these can do is the platform's to say.
    IMAGES: z.custom((binding) => binding !== undefined, 'this R2 binding is missing'),
    SHOP_LIMITS: z.custom((binding) => binding !== undefined, 'this Durable Object binding is missing'),
  })
  .refine((all) => all.JWT_SECRET || all.JWKS_URL, {
    path: ['JWT_SECRET'],
    error: 'is missing, and there is no JWKS_URL either',
  })
  .refine((all) => !all.UPSTASH_REDIS_REST_URL || all.UPSTASH_REDIS_REST_TOKEN, {
    path: ['UPSTASH_REDIS_REST_TOKEN'],
    error: 'is missing beside UPSTASH_REDIS_REST_URL',
  })
  .refine((all) => all.NODE_URLS.length > 0 || all.UPSTASH_REDIS_REST_URL, {
    path: ['NODE_URLS'],
    error: 'names no node, and there is no UPSTASH_REDIS_REST_URL where nodes could announce themselves',
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
      secrets: [vars.JWT_SECRET, vars.JWT_SECRET_PREVIOUS].flatMap((text) => (text ? [encode(text)] : [])),
      jwks: vars.JWKS_URL
        ? { url: vars.JWKS_URL, cacheSeconds: vars.JWKS_CACHE_SECONDS, cooldownSeconds: vars.JWKS_COOLDOWN_SECONDS }
        : null,
      issuer: vars.JWT_ISSUER,
      audience: vars.JWT_AUDIENCE,
      clockToleranceSeconds: vars.CLOCK_TOLERANCE_SECONDS,
    },
    internalKey: encode(vars.INTERNAL_SECRET),
    /** What nodes announce, and tickets, may be signed with: the key above, and the one before it. */
    internalKeys: [vars.INTERNAL_SECRET, vars.INTERNAL_SECRET_PREVIOUS].flatMap((text) => (text ? [encode(text)] : [])),
    nodeUrls: vars.NODE_URLS.map((url) => new URL(url).origin),
    pool: {
      refreshMs: vars.POOL_REFRESH_MS,
      failuresAllowed: vars.NODE_FAILURES_ALLOWED,
      restMs: vars.NODE_REST_MS,
      restMaxMs: vars.NODE_REST_MAX_MS,
      /** 0: no image is asked of two nodes. */
      hedgeMaxImageBytes: vars.HEDGE_MAX_IMAGE_BYTES,
      hedgeMinDelayMs: vars.HEDGE_MIN_DELAY_MS,
    },
    allowedOrigins: vars.ALLOWED_ORIGINS.map((url) => new URL(url).origin),
    maxImageBytes: vars.MAX_IMAGE_BYTES,
    maxBatchImages: vars.MAX_BATCH_IMAGES,
    /** Of all images of a batch together. */
    maxBatchBytes: vars.MAX_BATCH_BYTES,
    maxJsonBytes: vars.MAX_JSON_BYTES,
    maxBodyBytesInFlight: vars.MAX_BODY_BYTES_IN_FLIGHT,
    limits: {
      userPerMinute: vars.LIMIT_USER_PER_MINUTE,
      shopPerHour: vars.LIMIT_SHOP_PER_HOUR,
      shopPerDay: vars.QUOTA_SHOP_PER_DAY,
    },
    cacheTtlSeconds: vars.CACHE_TTL_SECONDS,
    negativeCacheTtlSeconds: vars.NEGATIVE_CACHE_TTL_SECONDS,
    isolateCacheChars: vars.ISOLATE_CACHE_CHARS,
    cacheLeaseMs: vars.CACHE_LEASE_MS,
    requestDeadlineMs: vars.REQUEST_DEADLINE_MS,
    /** null: no span is sent. */
    traces: vars.OTEL_EXPORTER_OTLP_ENDPOINT
      ? {
          url: `${vars.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, '')}/v1/traces`,
          headers: parseOtlpHeaders(vars.OTEL_EXPORTER_OTLP_HEADERS ?? '') ?? {},
          serviceName: vars.OTEL_SERVICE_NAME,
          timeoutMs: vars.OTEL_EXPORTER_OTLP_TIMEOUT,
        }
      : null,
    /** Of the traces that begin here. */
    traceRatio: vars.OTEL_TRACES_SAMPLER_ARG,
    retention: {
      days: vars.IMAGE_RETENTION_DAYS,
      sweepMaxObjects: vars.SWEEP_MAX_OBJECTS,
      sweepMaxSeconds: vars.SWEEP_MAX_SECONDS,
    },
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
