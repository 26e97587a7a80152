/**
 * What so many requests a second need, on paper: `npm run capacity -- [--rps 1000] [--repeat 0.5] …`. docs/scaling.md says
 * where the numbers come from. Nothing here was measured at these rates.
 */
import { parseArgs } from 'node:util';

export interface Assumptions {
  /** Share of requests that a cache answers; the rest is read by a node, and its original kept. */
  readonly repeat: number;
  /** Bytes of an image, and of an answer. */
  readonly imageBytes: number;
  readonly answerBytes: number;
  /** New images a minute that one GPU reads: the target, which nothing has shown yet. */
  readonly imagesPerGpuMinute: number;
  /** Of what a node could do, how much it is given. */
  readonly utilisation: number;
  /** Of the Worker, a request. */
  readonly workerCpuMs: number;
  /** Redis commands: of a request that a data centre's cache answers, and more of one that is new. */
  readonly redisCommands: number;
  readonly redisCommandsNew: number;
  /** Bytes in PostgreSQL of a new image, indexes and its event while it is kept. */
  readonly rowBytes: number;
  readonly eventBytes: number;
  /** Bytes a second that one Kafka partition is given. */
  readonly partitionBytes: number;
  /** Days that originals and results are kept. */
  readonly imageDays: number;
}

export const ASSUMED: Assumptions = {
  repeat: 0.5,
  imageBytes: 200_000,
  answerBytes: 20_000,
  imagesPerGpuMinute: 1000,
  utilisation: 0.7,
  workerCpuMs: 6,
  redisCommands: 4,
  redisCommandsNew: 5,
  rowBytes: 30_000,
  eventBytes: 25_000,
  partitionBytes: 5_000_000,
  imageDays: 90,
};

/** Dollars, from memory of the public price lists of early 2026: check them before you rely on any. */
export const PRICES = {
  workerMillionRequests: 0.3,
  workerMillionCpuMs: 0.02,
  r2MillionWrites: 4.5,
  r2GbMonth: 0.015,
  durableObjectMillionRequests: 0.15,
  redisMillionCommands: 2,
  gpuHour: 0.8,
  databaseGbMonth: 0.12,
  kafkaGb: 0.05,
};

export interface Needs {
  readonly requests_a_second: number;
  readonly new_images_a_second: number;
  readonly gpus: number;
  readonly upload_gbit_a_second: number;
  readonly to_nodes_gbit_a_second: number;
  readonly worker_cores: number;
  readonly redis_commands_a_second: number;
  readonly r2_writes_a_second: number;
  readonly r2_stored_tb: number;
  readonly postgres_rows_a_day: number;
  readonly postgres_gb_a_day: number;
  readonly kafka_mb_a_second: number;
  readonly kafka_partitions: number;
  /** Dollars a month, by what they are for. */
  readonly money: Readonly<Record<string, number>>;
}

const DAY = 86_400;
const MONTH = 30 * DAY;

export function needsOf(rps: number, assumed: Assumptions = ASSUMED): Needs {
  const fresh = rps * (1 - assumed.repeat);
  const gpus = Math.ceil((fresh * 60) / (assumed.imagesPerGpuMinute * assumed.utilisation));
  const redis = rps * assumed.redisCommands + fresh * assumed.redisCommandsNew;
  const storedGb = (fresh * DAY * assumed.imageDays * assumed.imageBytes) / 1e9;
  const rowsGbADay = (fresh * DAY * assumed.rowBytes) / 1e9;
  const kafkaBytes = fresh * assumed.eventBytes;
  const millionsAMonth = (perSecond: number) => (perSecond * MONTH) / 1e6;
  const money = {
    worker_requests: millionsAMonth(rps) * PRICES.workerMillionRequests,
    worker_cpu: millionsAMonth(rps * assumed.workerCpuMs) * PRICES.workerMillionCpuMs,
    r2_writes: millionsAMonth(fresh) * PRICES.r2MillionWrites,
    r2_storage: storedGb * PRICES.r2GbMonth,
    redis_by_command: millionsAMonth(redis) * PRICES.redisMillionCommands,
    limits_in_durable_objects: millionsAMonth(rps) * PRICES.durableObjectMillionRequests,
    gpus: gpus * 24 * 30 * PRICES.gpuHour,
    postgres_storage: rowsGbADay * assumed.imageDays * PRICES.databaseGbMonth,
    kafka: ((kafkaBytes * MONTH) / 1e9) * PRICES.kafkaGb,
  };
  return {
    requests_a_second: rps,
    new_images_a_second: fresh,
    gpus,
    upload_gbit_a_second: round((rps * assumed.imageBytes * 8) / 1e9),
    to_nodes_gbit_a_second: round((fresh * assumed.imageBytes * 8) / 1e9),
    worker_cores: Math.ceil((rps * assumed.workerCpuMs) / 1000),
    redis_commands_a_second: redis,
    r2_writes_a_second: fresh,
    r2_stored_tb: round(storedGb / 1000),
    postgres_rows_a_day: Math.round(fresh * DAY),
    postgres_gb_a_day: Math.round(rowsGbADay),
    kafka_mb_a_second: round(kafkaBytes / 1e6),
    kafka_partitions: Math.max(12, Math.ceil(kafkaBytes / assumed.partitionBytes)),
    money: Object.fromEntries(Object.entries(money).map(([name, dollars]) => [name, Math.round(dollars)])),
  };
}

const round = (value: number) => Math.round(value * 10) / 10;

if (import.meta.main) {
  const names = Object.keys(ASSUMED) as (keyof Assumptions)[];
  const options = Object.fromEntries([...names, 'rps'].map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ options });
  const given = Object.entries(values).map(([name, text]) => [name, Number(text)] as const);
  const wrong = given.find(([, value]) => !(value >= 0));
  if (wrong) {
    console.error(`--${wrong[0]} must be a number`);
    process.exit(2);
  }
  const { rps, ...assumed } = Object.fromEntries(given);
  const levels = rps === undefined ? [1000, 10_000, 100_000] : [rps];
  console.log(
    JSON.stringify(
      levels.map((level) => needsOf(level, { ...ASSUMED, ...assumed })),
      null,
      2,
    ),
  );
}
