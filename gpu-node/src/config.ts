import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { resolve } from 'node:path';
import { INTERNAL_SECRET_MIN_BYTES } from '@edge-ocr/shared/internal';
import { isOrigin, nodeIdSchema } from '@edge-ocr/shared/pool';
import { z } from 'zod';

const MIB = 1024 * 1024;
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const fraction = z.coerce.number().min(0).max(1);
const flag = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] });
const path = z.string().transform((file) => resolve(file));
const isHostAndPort = (text: string) => /^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/.test(text);

/**
 * The detector has one large run a page, the recogniser many small ones that go faster beside each other than each spread
 * over the cores: so every worker detects with all cores and recognises with its share. On 2 cores
 * recognition took 0.93 of the time it takes one worker with two threads; `npm run bench -- tune` measures the choices
 * where it runs.
 */
const CORES = availableParallelism();
const inferenceWorkers = Math.min(4, CORES);

/** Every variable the node reads, with its default; the names are those of the environment. */
const environmentSchema = z.object({
  NODE_HOST: z.string().default('127.0.0.1').describe('Address to listen on.'),
  NODE_PORT: integer(0, 65_535).default(8788),
  DATA_DIR: z
    .string()
    .default('.data')
    .transform((path) => resolve(path)),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  INTERNAL_SECRET: z
    .string()
    .refine(
      (secret) => Buffer.byteLength(secret) >= INTERNAL_SECRET_MIN_BYTES,
      `must have ${INTERNAL_SECRET_MIN_BYTES} bytes or more`,
    )
    .describe('Shared with the edge; signs the internal token.'),

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

  KAFKA_BROKERS: z
    .string()
    .transform((list) => list.split(',').map((broker) => broker.trim()))
    .refine((brokers) => brokers.every(isHostAndPort), 'must be a list of host:port, separated by commas')
    .optional()
    .describe('Without it there is no Kafka: events stay in the database, and are swept.'),
  KAFKA_CLIENT_ID: z.string().min(1).max(200).default('edge-ocr').describe('As brokers log and limit it.'),
  KAFKA_TLS: flag.default(false),
  KAFKA_TLS_CA_FILE: path.optional().describe('PEM of who signed the brokers’ certificates; default: the public ones.'),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_CONNECT_TIMEOUT_MS: integer(100, 60_000).default(3000),
  KAFKA_REQUEST_TIMEOUT_MS: integer(1000, 300_000).default(15_000).describe('For a broker’s answer.'),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[\w.-]{0,100}$/)
    .default('')
    .describe('Before the names of all topics and consumer groups.'),
  KAFKA_CREATE_TOPICS: flag.default(true).describe('Whether missing topics are made when a node starts.'),
  KAFKA_PARTITIONS: integer(1, 10_000).default(12).describe('Of topics that are made.'),
  KAFKA_MAX_MESSAGE_BYTES: integer(10_000, 100 * MIB)
    .default(1_000_000)
    .describe('Of a message, sent or taken; below the brokers’ message.max.bytes.'),
  KAFKA_RELAY_EVENTS: integer(1, 10_000).default(100).describe('Events published as one batch.'),
  KAFKA_RELAY_POLL_MS: integer(10, 60_000).default(1000).describe('Looks for events so often, told of any or not.'),
  KAFKA_RETRY_MAX_MS: integer(100, 600_000)
    .default(10_000)
    .describe('Between attempts to publish while Kafka is away.'),
  KAFKA_CONSUME_REQUESTS: flag.default(true).describe('Whether this node takes requests from ocr.requests.'),
  KAFKA_REQUESTS_AT_ONCE: integer(1, 1000).default(4).describe('Requests of Kafka processed at a time.'),
  KAFKA_MAX_LOAD: fraction
    .default(0.75)
    .describe('Of MAX_IN_FLIGHT; with more in flight requests of Kafka wait, and leave the rest to clients.'),
  KAFKA_MAX_INLINE_BYTES: integer(0, 100 * MIB)
    .default(700_000)
    .describe('Of an image inside a message; in base64 it is a third larger.'),
  KAFKA_REQUEST_RETRIES: integer(0, 20).default(3).describe('Attempts after the first, for failures that may pass.'),
  KAFKA_REQUEST_RETRY_MAX_MS: integer(0, 60_000).default(30_000).describe('Between them; 1, 2, 4 … seconds at first.'),
  KAFKA_REST_MS: integer(10, 60_000).default(1000).describe('A partition rests so long while the node is overloaded.'),
  KAFKA_REQUEST_DAYS: integer(1, 3650).default(30).describe('A request is known again for so long.'),
  KAFKA_SYNC_PRODUCTS: flag.default(true).describe('Whether this node writes products from ocr.completed.'),
  PRODUCT_SYNC_MIN_CONFIDENCE: fraction.default(0.8).describe('Fields that are less sure are not taken over.'),
  OUTBOX_PUBLISHED_HOURS: integer(1, 8760).default(24).describe('Published events are removed after this.'),
  OUTBOX_UNREAD_HOURS: integer(1, 87_600)
    .default(168)
    .describe('Without Kafka, events that nobody published are removed after this.'),

  MAX_IMAGE_BYTES: integer(1, 200 * MIB).default(10 * MIB),
  MAX_BATCH_BYTES: integer(1, 1024 * MIB)
    .default(32 * MIB)
    .describe('Of all images of a batch; it holds one place among MAX_IN_FLIGHT.'),
  MAX_IMAGE_PIXELS: integer(1, 500_000_000).default(50_000_000),
  MAX_JPEG_PIXELS: integer(1, 1_000_000_000)
    .default(160_000_000)
    .describe('The same for JPEG, which is decoded at a reduced scale.'),
  MAX_IMAGE_SIDE: integer(1, 100_000).default(16_384),
  MIN_IMAGE_SIDE: integer(1, 1000).default(16),
  MAX_ASPECT_RATIO: z.coerce.number().min(1).max(1000).default(30),
  DECODE_TIMEOUT_SECONDS: integer(1, 120).default(10),
  MAX_PAGES: integer(1, 200).default(10).describe('Pages read of a PDF or TIFF; a warning says that there are more.'),
  PDF_DPI: integer(72, 600).default(200).describe('Pixels an inch of a PDF’s pages, fewer where a page is too large.'),
  PDF_TEXT: z
    .enum(['auto', 'never'])
    .default('auto')
    .describe('Whether the text that a PDF brings is used where it agrees with what is seen.'),
  PDF_MAX_CHARS: integer(100, 100_000)
    .default(20_000)
    .describe('Characters of a page’s own text; with more the page is read from its pixels.'),
  PDF_MAX_MEMORY_BYTES: integer(64 * MIB, 2048 * MIB)
    .default(512 * MIB)
    .describe('For opening one PDF or rendering one page of it.'),
  PDF_TIMEOUT_SECONDS: integer(1, 120).default(10).describe('For opening a PDF, and for each of its pages.'),
  PDF_THREADS: integer(1, 64).default(2).describe('PDFs opened at a time; each takes memory of its own.'),
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
  SHUTDOWN_TIMEOUT_MS: integer(100, 600_000).default(20_000),

  EVENTS_MAX_CONNECTIONS: integer(1, 100_000)
    .default(1000)
    .describe('Listeners to live progress at a time; more get OVERLOADED.'),
  EVENTS_MAX_CONNECTIONS_PER_SHOP: integer(1, 100_000).default(100).describe('The same for one shop.'),
  EVENTS_MAX_CONNECTION_SECONDS: integer(1, 86_400)
    .default(3600)
    .describe('Such a connection ends after this, or when its token expires.'),
  EVENTS_HEARTBEAT_MS: integer(100, 300_000).default(15_000).describe('Between signs of life to listeners.'),
  EVENTS_POLL_MS: integer(100, 60_000)
    .default(2000)
    .describe('Between looks for events that the database did not notify of.'),
  EVENTS_BUFFER_BYTES: integer(1024, 100 * MIB)
    .default(MIB)
    .describe('What may wait for a listener who reads slowly; beyond it the connection is cut.'),
  EVENTS_BUFFER_MESSAGES: integer(1, 100_000).default(1000).describe('The same in messages.'),
  EVENTS_RETENTION_SECONDS: integer(60, 30 * 86_400)
    .default(3600)
    .describe('Events are kept this long, so that lost connections can be resumed.'),
  IDEMPOTENCY_HOURS: integer(1, 720).default(24).describe('How long the answer under an Idempotency-Key is kept.'),
  IDEMPOTENCY_LOCK_MS: integer(1000, 3_600_000)
    .default(60_000)
    .describe('A request that has had a key for so long has died; at least PROCESSING_TIMEOUT_MS and 5 seconds.'),
  IDEMPOTENCY_SWEEP_SECONDS: integer(1, 86_400).default(600).describe('Between removals of what was kept long enough.'),
  RECEIPTS_PROCESS_ALL_MAX: integer(1, 100_000)
    .default(1000)
    .describe('Receipts that one process-all puts into the queue at most.'),

  IMAGE_STORE: z.enum(['folder', 's3']).default('folder').describe('Where originals wait for work that is done later.'),
  IMAGE_RETENTION_DAYS: integer(1, 3650).default(90).describe('Originals in that store are deleted after this.'),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Of R2, MinIO and others; without it AWS’s own of the region.'),
  S3_REGION: z.string().default('auto'),
  S3_BUCKET: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  S3_PATH_STYLE: flag.default(false).describe('The bucket in the path, as MinIO wants it.'),
  S3_TIMEOUT_MS: integer(100, 600_000).default(10_000).describe('For one try.'),
  S3_MAX_ATTEMPTS: integer(1, 10).default(3),

  JOB_CONCURRENCY: integer(0, 256)
    .default(8)
    .describe('Jobs that this node processes at a time, beside requests; 0: it only takes them in.'),
  JOB_ACCEPT_IN_FLIGHT: integer(1, 10_000).default(64).describe('Jobs being taken in at a time; more are refused.'),
  JOB_MAX_QUEUED: integer(1, 1_000_000).default(10_000).describe('Jobs that wait, of all shops; more are refused.'),
  JOB_TIMEOUT_SECONDS: integer(1, 3600).default(120).describe('One try of a job.'),
  JOB_EXPIRE_SECONDS: integer(1, 30 * 86_400)
    .default(86_400)
    .describe('A job that was not begun within this fails with TIMEOUT.'),
  JOB_RETRIES: integer(0, 20).default(3).describe('After failures that may pass.'),
  JOB_HEARTBEAT_SECONDS: integer(10, 600)
    .default(10)
    .describe('A node that was killed loses its jobs to others after this.'),
  JOB_POLL_MS: integer(100, 600_000).default(2000).describe('Between looks for jobs that no notification told of.'),
  JOB_PROGRESS_MS: integer(50, 60_000).default(500).describe('Between notes of a job’s progress.'),
  CALLBACK_SECRET: z
    .string()
    .refine(
      (secret) => Buffer.byteLength(secret) >= INTERNAL_SECRET_MIN_BYTES,
      `must have ${INTERNAL_SECRET_MIN_BYTES} bytes or more`,
    )
    .optional()
    .describe('Each shop’s signing secret is derived from it; without it from INTERNAL_SECRET.'),
  CALLBACK_ALLOW_HTTP: flag.default(false),
  CALLBACK_ALLOW_PRIVATE: flag.default(false).describe('Callbacks into private networks, for tests and closed setups.'),
  CALLBACK_TIMEOUT_MS: integer(100, 120_000).default(10_000),
  CALLBACK_RETRIES: integer(0, 50).default(8),
  CALLBACK_CONCURRENCY: integer(0, 256).default(4),

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

  WORKER_THREADS: integer(1, 256).default(Math.max(2, CORES)),
  INFERENCE_WORKERS: integer(1, 64)
    .default(inferenceWorkers)
    .describe('Runs of networks at a time, each on a thread with networks of its own.'),
  DETECT_THREADS: integer(1, 256).default(CORES).describe('Threads inside one run of the detector.'),
  RECOGNISE_THREADS: integer(1, 256)
    .default(Math.max(1, Math.floor(CORES / inferenceWorkers)))
    .describe('Threads inside one run of the recogniser.'),
  DETECT_MODEL: z.string().default('pp-ocrv4-mobile-det'),
  RECOGNISE_MODEL: z.string().default('pp-ocrv4-mobile-rec'),
  MODEL_GRAPH: z
    .enum(['auto', 'int8', 'optimised', 'original'])
    .default('auto')
    .describe(
      'How networks are rewritten when a node starts; auto is int8 where the processor has VNNI, else optimised.',
    ),
  LEXICON: z.enum(['retail', 'off']).default('retail').describe('Whether unsure words are mended by lists of words.'),
  LEXICON_FILE: z
    .string()
    .transform((path) => resolve(path))
    .optional()
    .describe('Words to know besides, parted by white space: brands and streets of the shop’s own.'),
  WORKING_SIDE: integer(256, 16_384)
    .default(3200)
    .describe('Larger images are scaled down to this side while decoding.'),
  DETECT_SIDE: integer(320, 4096).default(1216).describe('Longest side of the detector’s input.'),
  DETECT_PIXEL_THRESHOLD: fraction.default(0.3),
  DETECT_BOX_THRESHOLD: fraction.default(0.6),
  DETECT_UNCLIP_RATIO: z.coerce.number().min(1).max(4).default(1.8),
  BARCODE_BUDGET_MS: integer(0, 10_000).default(500).describe('All looks for codes end within this, type=barcode.'),
  PRODUCT_BARCODE_BUDGET_MS: integer(0, 10_000).default(120).describe('The same for every other type.'),
  DUPLICATE_DAYS: integer(1, 3650).default(90).describe('The same photo in other bytes is looked for so far back.'),
  DUPLICATE_CANDIDATES: integer(0, 100_000)
    .default(1000)
    .describe('Results of the same facts that are compared at most; 0 looks for the same bytes alone.'),
  DUPLICATE_DISTANCE_PAPER: integer(0, 32)
    .default(12)
    .describe('Of 64 bits of their looks, how many may differ between papers with the same facts.'),
  DUPLICATE_DISTANCE_THING: integer(0, 32)
    .default(6)
    .describe('The same between photos of products and codes with the same codes.'),
  DUPLICATE_DISTANCE_ALONE: integer(0, 32).default(4).describe('The same where no facts were read on either.'),
  ACCURACY_DAYS: integer(1, 3650).default(90).describe('Metrics tell how right the models were over so many days.'),
  MAX_LINES: integer(1, 10_000).default(1000).describe('Lines read per page, the surest first.'),
  MAX_LINE_WIDTH: integer(320, 16_384)
    .default(1600)
    .describe('Pixels of a line at the recogniser’s height; a longer one is read in parts, cut at gaps.'),
  BATCH_MAX_CROPS: integer(1, 256).default(16),
  BATCH_MAX_WIDTH: integer(320, 100_000)
    .default(1024)
    .describe('Pixels of width in one batch, padding included. What it needs should fit the cache of a core.'),
});

export type Config = z.output<typeof environmentSchema>;
export type EngineConfig = Omit<Config, 'INTERNAL_SECRET'>;

/** Prefixes that are ours alone: a variable that begins so but is unknown is a misspelling. */
const OWN_PREFIXES = [
  'ACCURACY_',
  'BARCODE_',
  'BATCH_',
  'CACHE_',
  'CALLBACK_',
  'DATABASE_',
  'DECODE_',
  'DETECT_',
  'DRAIN_',
  'DUPLICATE_',
  'EVENTS_',
  'IDEMPOTENCY_',
  'IMAGE_',
  'INFERENCE_',
  'JOB_',
  'KAFKA_',
  'LEXICON',
  'MAX_BATCH_',
  'MAX_IMAGE_',
  'MAX_LINE',
  'MAX_PAGES',
  'MIN_IMAGE_',
  'MODEL_',
  'NEGATIVE_CACHE_',
  'OUTBOX_',
  'PDF_',
  'POOL_',
  'PROCESSING_',
  'PRODUCT_BARCODE_',
  'PRODUCT_SYNC_',
  'RECEIPTS_',
  'RECOGNISE_',
  'S3_',
  'SHUTDOWN_',
  'UPSTASH_',
  'WORKER_',
  'WORKING_',
];

/** What Kubernetes sets for every service beside a pod, such as KAFKA_SERVICE_HOST for one that is named kafka. */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)$/;

/**
 * Configuration of a node from its environment.
 * @throws Error whose message names every variable that is wrong, never its value.
 */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  return parse(environmentSchema, environment);
}

/** What the pipeline alone needs, for tools that run it without serving. */
export function parseEngineConfig(environment: Record<string, string | undefined>): EngineConfig {
  return parse(environmentSchema.omit({ INTERNAL_SECRET: true }), environment);
}

/** The host for people, and a few random characters: a node that replaces one on the same host is another. */
function newNodeId(): string {
  const host = hostname().replace(/[^\w.-]/g, '-');
  return `${host.slice(0, 80)}-${randomBytes(3).toString('hex')}`;
}

/** What no variable can know by itself. */
function contradictions(config: Partial<Config>): string[] {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, NODE_PUBLIC_URL: publicUrl } = config;
  const s3Names = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;
  const s3Missing = config.IMAGE_STORE === 's3' ? s3Names.filter((name) => !config[name]) : [];
  const { POOL_TTL_MS: ttl = 0, POOL_HEARTBEAT_MS: heartbeat = 0 } = config;
  return [
    ...(url && !token ? ['UPSTASH_REDIS_REST_TOKEN: is missing beside UPSTASH_REDIS_REST_URL'] : []),
    ...(token && !url ? ['UPSTASH_REDIS_REST_URL: is missing beside UPSTASH_REDIS_REST_TOKEN'] : []),
    ...(publicUrl && !url ? ['NODE_PUBLIC_URL: is announced in Redis, so UPSTASH_REDIS_REST_URL is needed too'] : []),
    ...s3Missing.map((name) => `${name}: is needed with IMAGE_STORE=s3`),
    ...kafkaContradictions(config),
    ...(ttl < 2 * heartbeat ? ['POOL_TTL_MS: must be at least twice POOL_HEARTBEAT_MS'] : []),
  ];
}

function kafkaContradictions(config: Partial<Config>): string[] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD: password } = config;
  const isUnderstood =
    (mechanism === undefined) === (user === undefined) && (user === undefined) === (password === undefined);
  const { KAFKA_MAX_INLINE_BYTES: inline = 0, KAFKA_MAX_MESSAGE_BYTES: message = 0 } = config;
  return [
    ...(isUnderstood
      ? []
      : ['KAFKA_SASL_MECHANISM: goes with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, all or none']),
    ...(mechanism === 'plain' && !config.KAFKA_TLS
      ? ['KAFKA_SASL_MECHANISM: plain sends the password as it is, so KAFKA_TLS is needed too']
      : []),
    ...(config.KAFKA_BROKERS && config.DATABASE_POOL_SIZE === 1
      ? ['DATABASE_POOL_SIZE: must be 2 or more with KAFKA_BROKERS, for the relay keeps a connection']
      : []),
    ...(inline * (4 / 3) > message
      ? ['KAFKA_MAX_INLINE_BYTES: does not fit into KAFKA_MAX_MESSAGE_BYTES in base64']
      : []),
  ];
}

function parse<T extends z.ZodObject>(schema: T, environment: Record<string, string | undefined>): z.output<T> {
  // An empty value is how shells and compose files say "not set".
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const unknown = Object.keys(set).filter(
    (name) =>
      OWN_PREFIXES.some((p) => name.startsWith(p)) && !(name in environmentSchema.shape) && !SERVICE_LINK.test(name),
  );
  const parsed = schema.safeParse(set);
  const problems = [
    ...(parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? []),
    ...unknown.map((name) => `${name}: is not known`),
    ...(parsed.success ? contradictions(parsed.data) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new Error(`Configuration is not valid\n  ${problems.join('\n  ')}`);
  return parsed.data;
}
