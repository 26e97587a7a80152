import { z } from 'zod';
import { engineVariables } from './config/engines.ts';
import { eventVariables } from './config/events.ts';
import { gpuContradictions, gpuVariables } from './config/gpu.ts';
import { imageContradictions, imageVariables } from './config/images.ts';
import { jobVariables } from './config/jobs.ts';
import { kafkaContradictions, kafkaVariables } from './config/kafka.ts';
import { readingVariables } from './config/reading.ts';
import { retentionVariables } from './config/retention.ts';
import { servingContradictions, servingVariables } from './config/serving.ts';
import { telemetryContradictions, telemetryVariables } from './config/telemetry.ts';

/** Every variable the node reads, with its default; the names are those of the environment. */
const environmentSchema = z.object({
  ...servingVariables,
  ...imageVariables,
  ...readingVariables,
  ...gpuVariables,
  ...engineVariables,
  ...jobVariables,
  ...eventVariables,
  ...kafkaVariables,
  ...telemetryVariables,
  ...retentionVariables,
});

export const VARIABLES: readonly string[] = Object.keys(environmentSchema.shape);

export type Config = z.output<typeof environmentSchema>;
export type EngineConfig = Omit<Config, 'INTERNAL_SECRET'>;

/** Prefixes that are ours alone: a variable that begins so but is unknown is a misspelling. */
export const OWN_PREFIXES = [
  'ACCESS_LOG_',
  'ACCURACY_',
  'AUDIT_RETENTION_',
  'BARCODE_',
  'BATCH_',
  'CACHE_',
  'CALLBACK_',
  'CUDA_DEVICE',
  'DATABASE_',
  'DECODE_',
  'DETECT_',
  'DRAIN_',
  'DUPLICATE_',
  'ENGINE',
  'ERROR_LOG_',
  'EVENTS_',
  'EXECUTION_',
  'FALLBACK_',
  'GPU_',
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
  'METRICS_',
  'MIN_IMAGE_',
  'MODEL_',
  'NEGATIVE_CACHE_',
  'OUTBOX_',
  'PARTITION_',
  'PDF_',
  'POOL_',
  'PROCESSING_',
  'PRODUCT_BARCODE_',
  'PRODUCT_SYNC_',
  'RECEIPTS_',
  'RECOGNISE_',
  'RESULT_',
  'S3_',
  'SHUTDOWN_',
  'TESSERACT_',
  'TROCR_',
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

/** What no variable can know by itself. */
function contradictions(config: Partial<Config>): string[] {
  return [
    ...servingContradictions(config),
    ...imageContradictions(config),
    ...gpuContradictions(config),
    ...kafkaContradictions(config),
    ...telemetryContradictions(config),
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
