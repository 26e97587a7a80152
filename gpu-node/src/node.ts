import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { Admission } from './admission.ts';
import { createApp } from './app.ts';
import { closeServer } from './close-server.ts';
import type { Config } from './config.ts';
import { EventHub } from './events/event-hub.ts';
import { openImageStore } from './images/open-image-store.ts';
import { type Engine, loadEngine } from './inference/engine.ts';
import { openCallbacks, openJobs } from './jobs/node-jobs.ts';
import { startKafka } from './kafka/start-kafka.ts';
import { createLogger } from './log/create-logger.ts';
import { createMetrics, type NodeMetrics } from './metrics.ts';
import { type OpenDatabase, openDatabase } from './persist/connect.ts';
import { joinPool, OUTSIDE_POOL, type PoolMember } from './pool/join-pool.ts';
import { receiptsWatcher } from './receipts/follow-jobs.ts';
import { openRedis, type RedisClient } from './redis.ts';
import { answerSharing } from './share-answers.ts';
import {
  CALLBACKS_STOP_MS,
  KAFKA_STOP_TIMEOUT_MS,
  SERVER_CLOSE_MS,
  TRACES_STOP_MS,
  UPKEEP_STOP_MS,
} from './shutdown-time.ts';
import { openTracing } from './tracing/open-tracing.ts';
import { startUpkeep } from './upkeep.ts';

export interface RunningNode {
  readonly url: string;
  /** Stop in phases: say so, refuse newcomers, finish what is in flight, close everything. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Start one node: database and models first, then the listener, so that a node that listens is ready.
 * @param load the engine; another than the node's own measures what is around it, or breaks on purpose.
 * @throws Error that says what is missing; whatever was started by then is stopped again.
 */
export async function startNode(config: Config, load = loadEngine): Promise<RunningNode> {
  const logger = createLogger(config.LOG_LEVEL);
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse())
      await close().catch((err) => logger.error({ err }, 'not closed cleanly'));
  };
  try {
    const tracing = await openTracing(config, logger);
    // The last to go, when nothing is done any more; and nobody waits long for whoever gathers traces.
    closers.push(() => Promise.race([tracing.stop(), after(TRACES_STOP_MS)]));
    const database = await openDatabase({
      databaseUrl: config.DATABASE_URL,
      dataDir: config.DATA_DIR,
      poolSize: config.DATABASE_POOL_SIZE,
      statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
      monthsAhead: config.PARTITION_MONTHS_AHEAD,
      log: logger,
    });
    closers.push(() => database.close());
    const metrics = createMetrics({
      windowSeconds: config.METRICS_WINDOW_SECONDS,
      maxSamples: config.METRICS_MAX_SAMPLES,
    });
    const engine = await load(config, metrics.batchRead);
    closers.push(() => engine.close());
    const admission = new Admission({ requests: config.MAX_IN_FLIGHT, bytes: config.MAX_BYTES_IN_FLIGHT });
    const redis = openRedis(config);
    const sharing = answerSharing(redis, {
      modelVersion: engine.modelVersion,
      resultSeconds: config.CACHE_TTL_SECONDS,
      failureSeconds: config.NEGATIVE_CACHE_TTL_SECONDS,
      onError: (err) => logger.warn({ err }, 'an answer could not be shared through Redis'),
    });
    const images = openImageStore(config);
    closers.push(async () => images.close());
    metrics.runsOn(engine.execution.provider);
    logger.info({ provider: engine.execution.provider, model_version: engine.modelVersion }, 'networks loaded');
    engine.lines.counts.expose(metrics.registry, engine.lines.guarded);
    engine.lines.counts.onFailure = (err) => logger.warn({ err }, 'an engine failed at a line');
    const db = database.db;
    const jobs = openJobs(config, { database: db, engine, images, metrics, sharing, logger, tracing });
    const callbacks = openCallbacks(config, { database: db, jobs, logger });
    jobs.watch(receiptsWatcher);
    closers.push(() => jobs.stop());
    const acceptance = new Admission({ requests: config.JOB_ACCEPT_IN_FLIGHT, bytes: config.MAX_BYTES_IN_FLIGHT });
    const events = openEvents(config, { database, metrics, logger });
    const dependencies = {
      config,
      database: db,
      engine,
      admission,
      acceptance,
      sharing,
      metrics,
      jobs,
      images,
      events,
      tracing,
    };
    const app = createApp(dependencies, logger);
    closers.push(() => closeServer(app, SERVER_CLOSE_MS));
    // Before the server, which waits for its connections.
    closers.push(() => events.close());
    await jobs.start();
    callbacks.start();
    await app.listen({ host: config.NODE_HOST, port: config.NODE_PORT });
    const { address, port } = app.server.address() as AddressInfo;
    const member = enterPool(config, { redis, engine, admission, logger });
    closers.push(() => member.leave());
    const upkeep = startUpkeep(config, { db, images, logger });
    closers.push(() => Promise.race([upkeep.stop(), after(UPKEEP_STOP_MS)]));
    const kafka = startKafka({ config, database: db, engine, admission, metrics, images, tracing, log: logger });
    closers.push(() => Promise.race([kafka.stop(), after(KAFKA_STOP_TIMEOUT_MS)]));
    const drain = async () => {
      // No job is begun from now on, while requests come in until edges have heard; nor is anything of Kafka, where another
      // node takes it at once.
      const jobsEnd = Promise.all([jobs.stop(), callbacks.stop(CALLBACKS_STOP_MS), kafka.drain()]);
      await member.announceLeaving();
      const allEnd = Promise.all([admission.drain(), acceptance.drain(), jobsEnd, events.close()]);
      await Promise.race([allEnd, after(config.SHUTDOWN_TIMEOUT_MS)]);
    };
    let stopping: Promise<void> | undefined;
    return {
      url: `http://${address}:${port}`,
      stop() {
        stopping ??= drain().then(closeAll);
        return stopping;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface EventParts {
  readonly database: OpenDatabase;
  readonly metrics: NodeMetrics;
  readonly logger: Logger;
}

function openEvents(config: Config, { database, metrics, logger }: EventParts): EventHub {
  return new EventHub({
    db: database.db,
    databaseUrl: database.url,
    maxConnections: config.EVENTS_MAX_CONNECTIONS,
    maxConnectionsPerShop: config.EVENTS_MAX_CONNECTIONS_PER_SHOP,
    heartbeatMs: config.EVENTS_HEARTBEAT_MS,
    pollMs: config.EVENTS_POLL_MS,
    maxConnectionSeconds: config.EVENTS_MAX_CONNECTION_SECONDS,
    buffer: { messages: config.EVENTS_BUFFER_MESSAGES, bytes: config.EVENTS_BUFFER_BYTES },
    log: logger,
    onOpened: () => metrics.listenerCame(),
    onClosed: (why) => metrics.listenerLeft(why),
  });
}

interface PoolParts {
  readonly redis: RedisClient | null;
  readonly engine: Engine;
  readonly admission: Admission;
  readonly logger: Logger;
}

function enterPool(config: Config, { redis, engine, admission, logger }: PoolParts): PoolMember {
  if (!redis || !config.NODE_PUBLIC_URL) return OUTSIDE_POOL;
  return joinPool({
    redis,
    id: config.NODE_ID,
    publicUrl: config.NODE_PUBLIC_URL,
    // While secrets change, the one that every edge knows.
    secret: config.INTERNAL_SECRET_PREVIOUS ?? config.INTERNAL_SECRET,
    modelVersion: engine.modelVersion,
    capacity: config.MAX_IN_FLIGHT,
    queue: () => engine.pixels.waiting,
    admission,
    heartbeatMs: config.POOL_HEARTBEAT_MS,
    ttlMs: config.POOL_TTL_MS,
    noticeMs: config.DRAIN_NOTICE_MS,
    log: logger,
  });
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
