/** Kafka through kafkajs: the only file that imports the client. */
import type { ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { type EachBatchPayload, type IHeaders, type Kafka, type SASLOptions } from 'kafkajs';
import { backoffMs, pause, unlessStopped } from './backoff.ts';
import {
  type Consumer,
  type IncomingBatch,
  KafkaAwayError,
  type KafkaClient,
  type KafkaLog,
  MessageTooLargeError,
  type Publisher,
  type Subscription,
  type TopicSpec,
} from './kafka-client.ts';

export interface KafkaOptions {
  /** host:port, of which one has to answer. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly tls?: ConnectionOptions | undefined;
  readonly sasl?:
    | { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
    | undefined;
  readonly log: KafkaLog;
}

/** Few: whoever uses this tries again in ways of their own. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 2000, retries: 3 };
const SESSION_TIMEOUT_MS = 30_000;
/** A member has so long to end what it has in hand; longer than a document may take. */
const REBALANCE_TIMEOUT_MS = 120_000;
const HEARTBEAT_INTERVAL_MS = 3000;
const MAX_WAIT_MS = 1000;
const FETCH_MAX_BYTES = 8 * 1024 * 1024;
/** The broker gives one message at least, whatever its size. */
const FETCH_MAX_BYTES_PER_PARTITION = 2 * 1024 * 1024;
const COMMIT_INTERVAL_MS = 1000;
const RESTART_MAX_MS = 10_000;

// kafkajs brings gzip alone, and a batch in another codec stops its partition. Node has zstd.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { buffer: Buffer }) => promisify(zstdCompress)(buffer),
  decompress: (buffer: Buffer) => promisify(zstdDecompress)(buffer),
});

/** Opens no connection yet. */
export function connectKafka(options: KafkaOptions): KafkaClient {
  const kafka = new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: options.connectTimeoutMs,
    authenticationTimeout: options.connectTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    retry: RETRY,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: () => logInto(options.log),
    ...(options.tls && { ssl: options.tls }),
    ...(options.sasl && { sasl: options.sasl as SASLOptions }),
  });
  return {
    openPublisher: () => openPublisher(kafka),
    consume: (subscription) => consume(kafka, subscription, options.log),
    createTopics: (topics) => createTopics(kafka, topics),
  };
}

async function openPublisher(kafka: Kafka): Promise<Publisher> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: RETRY,
  });
  const close = () => producer.disconnect().catch(() => {});
  await producer.connect().catch(async (error) => {
    await close();
    throw translated(error);
  });
  return {
    close,
    async send(messages) {
      const byTopic = Map.groupBy(messages, ({ topic }) => topic);
      const topicMessages = [...byTopic].map(([topic, ofTopic]) => ({
        topic,
        messages: ofTopic.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
      }));
      await producer.sendBatch({ acks: -1, topicMessages }).catch((error) => {
        throw translated(error);
      });
    },
  };
}

/**
 * kafkajs starts a consumer that crashed anew by itself, but not after every error; so it never does here, and this
 * does after all of them.
 */
function consume(kafka: Kafka, subscription: Subscription, log: KafkaLog): Consumer {
  const stopping = new AbortController();
  const running = (async () => {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      const startedAt = Date.now();
      const error = await consumeUntilItBreaks(kafka, subscription, stopping.signal).catch((thrown: unknown) => thrown);
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt > RESTART_MAX_MS) failures = 0;
      const waitMs = backoffMs(failures, { firstMs: 500, maxMs: RESTART_MAX_MS });
      log.warn({ err: error, topic: subscription.topic, wait_ms: waitMs }, 'a Kafka consumer broke and starts anew');
      await pause(waitMs, stopping.signal);
    }
  })();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

/** @returns the error that ended it, or undefined when it was stopped. */
async function consumeUntilItBreaks(kafka: Kafka, subscription: Subscription, stop: AbortSignal): Promise<unknown> {
  const { groupId, topic, partitionsAtOnce, onBatch } = subscription;
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_INTERVAL_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    maxBytes: FETCH_MAX_BYTES,
    maxBytesPerPartition: FETCH_MAX_BYTES_PER_PARTITION,
    allowAutoTopicCreation: false,
    retry: { ...RETRY, restartOnFailure: async () => false },
  });
  const ended = Promise.withResolvers<unknown>();
  consumer.on(consumer.events.CRASH, ({ payload }) => ended.resolve(payload.error));
  const onStop = () => ended.resolve(undefined);
  stop.addEventListener('abort', onStop, { once: true });
  try {
    await unlessStopped(consumer.connect(), stop);
    await unlessStopped(consumer.subscribe({ topics: [topic], fromBeginning: true }), stop);
    // Not to be left alone: it would join the group after it was disconnected.
    await consumer.run({
      eachBatch: (payload) => onBatch(incomingBatch(payload)),
      eachBatchAutoResolve: false,
      autoCommitInterval: COMMIT_INTERVAL_MS,
      partitionsConsumedConcurrently: partitionsAtOnce,
    });
    return await ended.promise;
  } finally {
    stop.removeEventListener('abort', onStop);
    await consumer.disconnect().catch(() => {});
  }
}

function incomingBatch(payload: EachBatchPayload): IncomingBatch {
  const { topic, partition } = payload.batch;
  return {
    messages: payload.batch.messages.map(({ offset, key, value, headers }) => ({
      ...{ topic, partition, offset, value },
      key: key?.toString() ?? null,
      headers: textHeaders(headers),
    })),
    resolve: (message) => payload.resolveOffset(message.offset),
    commit: () => payload.commitOffsetsIfNecessary(),
    heartbeat: () => payload.heartbeat(),
    pauseFor(milliseconds) {
      const resume = payload.pause();
      // The partition may be another member's by then, or the consumer gone.
      setTimeout(() => {
        try {
          resume();
        } catch {}
      }, milliseconds).unref();
    },
    isRunning: () => payload.isRunning() && !payload.isStale(),
  };
}

/** Of a header that comes several times the last one counts. */
function textHeaders(headers: IHeaders | undefined): Record<string, string> {
  const texts = Object.entries(headers ?? {}).map(([name, value]) => {
    const last = Array.isArray(value) ? value.at(-1) : value;
    return [name, last?.toString() ?? ''];
  });
  return Object.fromEntries(texts);
}

async function createTopics(kafka: Kafka, topics: readonly TopicSpec[]): Promise<string[]> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const there = new Set(await admin.listTopics());
    const missing = topics.filter(({ topic }) => !there.has(topic));
    if (missing.length === 0) return [];
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(({ topic, partitions, config = {} }) => ({
        topic,
        numPartitions: partitions,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      })),
    });
    return missing.map(({ topic }) => topic);
  } catch (error) {
    throw translated(error);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

function translated(error: unknown): Error {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && (cause.type === 'MESSAGE_TOO_LARGE' || cause.type === 'RECORD_LIST_TOO_LARGE')) {
      return new MessageTooLargeError(error);
    }
  }
  return new KafkaAwayError(error);
}

/** kafkajs calls errors what it tries again by itself: they are warnings here, and what it gives up on is thrown. */
function logInto(log: KafkaLog) {
  return ({ level, namespace, log: entry }: { level: number; namespace: string; log: Record<string, unknown> }) => {
    const { message, error, broker, groupId, topic, partition } = entry;
    const fields = { kafka: namespace, reason: error, broker, group: groupId, topic, partition };
    if (level <= kafkajs.logLevel.WARN) log.warn(fields, String(message));
    else log.debug(fields, String(message));
  };
}
