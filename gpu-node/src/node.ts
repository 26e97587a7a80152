import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { Admission } from './admission.ts';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { type Engine, loadEngine } from './inference/engine.ts';
import { createLogger } from './log/create-logger.ts';
import { createMetrics } from './metrics.ts';
import { openDatabase } from './persist/connect.ts';
import { joinPool, OUTSIDE_POOL, type PoolMember } from './pool/join-pool.ts';
import { openRedis, type RedisClient } from './redis.ts';
import { answerSharing } from './share-answers.ts';

export interface RunningNode {
  readonly url: string;
  /** Stop in phases: say so, refuse newcomers, finish what is in flight, close everything. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Start one node: database and models first, then the listener, so that a node that listens is ready.
 * @throws Error that says what is missing; whatever was started by then is stopped again.
 */
export async function startNode(config: Config): Promise<RunningNode> {
  const logger = createLogger(config.LOG_LEVEL);
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse())
      await close().catch((err) => logger.error({ err }, 'not closed cleanly'));
  };
  try {
    const database = await openDatabase({
      databaseUrl: config.DATABASE_URL,
      dataDir: config.DATA_DIR,
      poolSize: config.DATABASE_POOL_SIZE,
      statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
      log: logger,
    });
    closers.push(() => database.close());
    const engine = await loadEngine(config);
    closers.push(() => engine.close());
    const admission = new Admission({ requests: config.MAX_IN_FLIGHT, bytes: config.MAX_BYTES_IN_FLIGHT });
    const redis = openRedis(config);
    const sharing = answerSharing(redis, {
      modelVersion: engine.modelVersion,
      resultSeconds: config.CACHE_TTL_SECONDS,
      failureSeconds: config.NEGATIVE_CACHE_TTL_SECONDS,
      onError: (err) => logger.warn({ err }, 'an answer could not be shared through Redis'),
    });
    const dependencies = { config, database: database.db, engine, admission, sharing, metrics: createMetrics() };
    const app = createApp(dependencies, logger);
    closers.push(() => app.close());
    await app.listen({ host: config.NODE_HOST, port: config.NODE_PORT });
    const { address, port } = app.server.address() as AddressInfo;
    const member = enterPool(config, { redis, engine, admission, logger });
    closers.push(() => member.leave());
    const drain = async () => {
      await member.announceLeaving();
      await Promise.race([admission.drain(), after(config.SHUTDOWN_TIMEOUT_MS)]);
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
    secret: config.INTERNAL_SECRET,
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
