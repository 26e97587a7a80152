/** What only the command that erases a shop needs to know. */
import { z } from 'zod';
import { integer } from '../config/variable.ts';
import type { Config } from '../config.ts';
import type { ImageStore } from '../images/image-store.ts';
import { openS3Store } from '../images/s3-store.ts';

const settingsSchema = z
  .object({
    ERASE_WAIT_MS: integer(100, 3_600_000)
      .default(60_000)
      .describe('For transactions that were open when the shop was kept out.'),
    R2_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    R2_BUCKET: z.string().default('edge-ocr-images'),
    R2_ACCESS_KEY_ID: z.string().optional(),
    R2_SECRET_ACCESS_KEY: z.string().optional(),
  })
  .refine(
    (s) =>
      [s.R2_ENDPOINT, s.R2_ACCESS_KEY_ID, s.R2_SECRET_ACCESS_KEY].every((v) => (v === undefined) === !s.R2_ENDPOINT),
    'R2_ENDPOINT, R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY go together, all or none',
  );

export type EraseSettings = z.output<typeof settingsSchema>;

/** @throws Error whose message names what is wrong, never its value. */
export function parseEraseSettings(environment: Readonly<Record<string, string | undefined>>): EraseSettings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const parsed = settingsSchema.safeParse(set);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  throw new Error(`Configuration is not valid\n  ${problems.join('\n  ')}`);
}

/** The edge's bucket over its S3 interface; null without credentials for it. R2 has no other region than auto. */
export function openEdgeStore(settings: EraseSettings, config: Config): ImageStore | null {
  const { R2_ENDPOINT: endpoint, R2_ACCESS_KEY_ID: accessKeyId, R2_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  if (!endpoint || !accessKeyId || !secretAccessKey) return null;
  return openS3Store({
    ...{ endpoint, accessKeyId, secretAccessKey, bucket: settings.R2_BUCKET, region: 'auto', pathStyle: true },
    timeoutMs: config.S3_TIMEOUT_MS,
    maxAttempts: config.S3_MAX_ATTEMPTS,
  });
}

/** Where a shop's data may be beyond what this command reaches. Names no shop: it is kept as part of the proof. */
export function whatIsLeft(config: Config, settings: EraseSettings): string[] {
  const left = [
    `Caches of the edge in isolates and data centres cannot be reached: their entries end by themselves, ${config.CACHE_TTL_SECONDS} seconds after they were made (the edge's CACHE_TTL_SECONDS, if that is another).`,
    'Access tokens of the shop stay valid until they expire: have the issuer stop. An edge stores the original of what is sent with one before a node refuses it, so run this once more after the last has expired.',
    'Backups of the database and of image stores that were made before hold the data still, until they are overwritten; after restoring one, run this again. So do versions, where a bucket keeps them.',
    'Logs of edge and nodes, and traces, name the shop in requests until your own retention removes them.',
  ];
  if (!settings.R2_ENDPOINT) {
    left.push(
      `Originals in the edge's R2 bucket, for R2_ENDPOINT is not set. Set it and the credentials and run this again, or, with the shop's id for SHOP: npx wrangler r2 bucket lifecycle add ${settings.R2_BUCKET} erase-shop shop/SHOP/ --expire-days 1`,
    );
  }
  if (!config.UPSTASH_REDIS_REST_URL) {
    left.push('Redis, for UPSTASH_REDIS_REST_URL is not set: if edges have one, set it and run this again.');
  }
  if (config.IMAGE_STORE === 'folder') {
    left.push(
      'Image folders of nodes on other machines: run this on each of them, with its DATA_DIR. Set IMAGE_STORE=s3 if the nodes have that.',
    );
  }
  left.push(
    config.KAFKA_BROKERS
      ? 'Kafka: topics cannot be erased by shop. Events, requests and dead letters of the shop stay until the retention of their topics removes them; consumers of yours may have copies.'
      : 'Kafka and whatever consumes it, if nodes have KAFKA_BROKERS: topics cannot be erased by shop, their retention removes it.',
  );
  return left;
}
