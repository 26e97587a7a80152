/** What a node does with Kafka: publishes the outbox, takes requests, keeps products. */
import { readFileSync } from 'node:fs';
import { OCR_COMPLETED } from '@edge-ocr/shared/contract/cloud-events';
import type { Admission } from '../admission.ts';
import type { Config } from '../config.ts';
import type { ImageStore } from '../images/image-store.ts';
import type { Engine } from '../inference/engine.ts';
import type { NodeMetrics } from '../metrics.ts';
import type { Database } from '../persist/database.ts';
import { readBacklog } from '../persist/outbox.ts';
import { duplicateLimits } from '../routes/duplicate-limits.ts';
import { NO_TRACING, type Tracing } from '../tracing/tracer.ts';
import { backoffMs, pause, unlessStopped } from './backoff.ts';
import { openDeadLetters } from './dead-letters.ts';
import { connectKafka, type KafkaOptions } from './kafka.ts';
import type { Consumer, KafkaClient, KafkaLog } from './kafka-client.ts';
import { createKafkaMetrics } from './kafka-metrics.ts';
import { type OutboxRelay, startOutboxRelay } from './outbox-relay.ts';
import { productSync } from './product-consumer.ts';
import { requestHandler } from './request-handler.ts';
import { DEAD_LETTERS_TOPIC, REQUESTS_TOPIC, topicSpecs } from './topics.ts';
import { workThrough } from './work-through.ts';

export interface KafkaParts {
  readonly config: Config;
  readonly database: Database;
  readonly engine: Engine;
  readonly admission: Admission;
  readonly metrics: NodeMetrics;
  readonly images: Pick<ImageStore, 'get' | 'put' | 'delete'>;
  readonly log: KafkaLog;
  readonly tracing?: Tracing;
}

export interface RunningKafka {
  /** Takes nothing new; resolves when what is in hand has ended, is committed, and the groups are left. Idempotent. */
  drain(): Promise<void>;
  /** Drains, and ends the relay after the batch in hand. Idempotent. */
  stop(): Promise<void>;
}

export const NO_KAFKA: RunningKafka = { drain: async () => {}, stop: async () => {} };

const HEARTBEAT_MS = 1000;
const PRODUCTS_AT_ONCE = 8;
const PARTITIONS_AT_ONCE = 4;

/** Starts in the background: a node serves whether or not Kafka is there. Without brokers nothing is started. */
export function startKafka(parts: KafkaParts): RunningKafka {
  const { config, log } = parts;
  if (!config.KAFKA_BROKERS) return NO_KAFKA;
  const kafka = connectKafka(kafkaOptions(config, config.KAFKA_BROKERS, log));
  const metrics = createKafkaMetrics(parts.metrics.registry, () => readBacklog(parts.database));
  const stopping = new AbortController();
  let consumers: Consumer[] = [];
  let relay: OutboxRelay | undefined;
  const deadLetters = openDeadLetters(
    kafka,
    config.KAFKA_TOPIC_PREFIX + DEAD_LETTERS_TOPIC,
    config.KAFKA_MAX_MESSAGE_BYTES,
  );
  const started = createTopics(kafka, config, stopping.signal, log).then(() => {
    if (stopping.signal.aborted) return;
    relay = startOutboxRelay({
      ...{ database: parts.database, kafka, log },
      topicPrefix: config.KAFKA_TOPIC_PREFIX,
      batchEvents: config.KAFKA_RELAY_EVENTS,
      maxMessageBytes: config.KAFKA_MAX_MESSAGE_BYTES,
      pollMs: config.KAFKA_RELAY_POLL_MS,
      retryMaxMs: config.KAFKA_RETRY_MAX_MS,
      onPublished: metrics.published,
      tracing: parts.tracing ?? NO_TRACING,
    });
    consumers = [
      ...(config.KAFKA_CONSUME_REQUESTS
        ? [consumeRequests(kafka, parts, { deadLetters, stop: stopping.signal, onOutcome: metrics.request })]
        : []),
      ...(config.KAFKA_SYNC_PRODUCTS ? [consumeProducts(kafka, parts, metrics.product)] : []),
    ];
  });
  let draining: Promise<void> | undefined;
  const drain = () => {
    stopping.abort();
    draining ??= started.then(async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await deadLetters.close();
    });
    return draining;
  };
  return {
    drain,
    async stop() {
      await drain();
      await relay?.stop();
    },
  };
}

type RequestParts = Pick<Parameters<typeof requestHandler>[0], 'deadLetters' | 'stop' | 'onOutcome'>;

function consumeRequests(kafka: KafkaClient, parts: KafkaParts, own: RequestParts): Consumer {
  const { config } = parts;
  const handle = requestHandler({
    ...parts,
    ...own,
    tracing: parts.tracing ?? NO_TRACING,
    limits: { inlineBytes: config.KAFKA_MAX_INLINE_BYTES, messageBytes: config.KAFKA_MAX_MESSAGE_BYTES },
    lookalikes: duplicateLimits(config),
    atOnce: config.KAFKA_REQUESTS_AT_ONCE,
    busyAt: Math.max(1, Math.floor(config.MAX_IN_FLIGHT * config.KAFKA_MAX_LOAD)),
    processingTimeoutMs: config.PROCESSING_TIMEOUT_MS,
    retries: config.KAFKA_REQUEST_RETRIES,
    retryMaxMs: config.KAFKA_REQUEST_RETRY_MAX_MS,
  });
  const limits = { atOnce: config.KAFKA_REQUESTS_AT_ONCE, heartbeatMs: HEARTBEAT_MS, restMs: config.KAFKA_REST_MS };
  return kafka.consume({
    groupId: `${config.KAFKA_TOPIC_PREFIX}edge-ocr.requests`,
    topic: config.KAFKA_TOPIC_PREFIX + REQUESTS_TOPIC,
    partitionsAtOnce: Math.min(PARTITIONS_AT_ONCE, config.KAFKA_REQUESTS_AT_ONCE),
    onBatch: (batch) => workThrough(batch, handle, limits),
  });
}

function consumeProducts(
  kafka: KafkaClient,
  { config, database, log }: KafkaParts,
  onOutcome: Parameters<typeof productSync>[0]['onOutcome'],
): Consumer {
  const handle = productSync({ database, log, onOutcome, minConfidence: config.PRODUCT_SYNC_MIN_CONFIDENCE });
  const limits = { atOnce: PRODUCTS_AT_ONCE, heartbeatMs: HEARTBEAT_MS, restMs: config.KAFKA_REST_MS };
  return kafka.consume({
    groupId: `${config.KAFKA_TOPIC_PREFIX}edge-ocr.products`,
    topic: config.KAFKA_TOPIC_PREFIX + OCR_COMPLETED,
    partitionsAtOnce: 1,
    onBatch: (batch) => workThrough(batch, handle, limits),
  });
}

/** Until it succeeds or the node stops: nothing can be published before. */
async function createTopics(kafka: KafkaClient, config: Config, stop: AbortSignal, log: KafkaLog): Promise<void> {
  if (!config.KAFKA_CREATE_TOPICS) return;
  for (let failures = 0; !stop.aborted; failures++) {
    try {
      const specs = topicSpecs(config.KAFKA_TOPIC_PREFIX, config.KAFKA_PARTITIONS);
      const made = await unlessStopped(kafka.createTopics(specs), stop);
      if (made.length > 0) log.info({ topics: made }, 'Kafka topics made');
      return;
    } catch (err) {
      const waitMs = backoffMs(failures, { firstMs: 500, maxMs: config.KAFKA_RETRY_MAX_MS });
      if (!stop.aborted) log.warn({ err, wait_ms: waitMs }, 'Kafka topics could not be made');
      await pause(waitMs, stop);
    }
  }
}

/** @throws Error when the CA file cannot be read. */
function kafkaOptions(config: Config, brokers: readonly string[], log: KafkaLog): KafkaOptions {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = config;
  const caFile = config.KAFKA_TLS_CA_FILE;
  return {
    ...{ brokers, log },
    clientId: config.KAFKA_CLIENT_ID,
    connectTimeoutMs: config.KAFKA_CONNECT_TIMEOUT_MS,
    requestTimeoutMs: config.KAFKA_REQUEST_TIMEOUT_MS,
    tls: config.KAFKA_TLS ? (caFile ? { ca: [readFileSync(caFile, 'utf8')] } : {}) : undefined,
    sasl: mechanism && username && password ? { mechanism, username, password } : undefined,
  };
}
