import type { Health, Metrics, NodeState } from '@edge-ocr/shared/contract/operations';
import { OcrError } from '@edge-ocr/shared/errors';
import { VERSION } from '@edge-ocr/shared/version';
import type { FastifyInstance } from 'fastify';
import type { NodeDependencies } from '../app.ts';
import { showGpus } from '../gpu/gpu-metrics.ts';
import { showQueue, watchQueue } from '../jobs/watch-queue.ts';
import { showNode } from '../node-metrics.ts';
import { readAccuracy } from '../persist/accuracy.ts';
import { readBacklog } from '../persist/outbox.ts';
import { recentAnswer } from '../recent-answer.ts';

/** Nobody is told what was true before, and nobody waits longer: a scrape has its own deadline. */
const AT_ONCE = { maxAgeMs: 0, timeoutMs: 2000 };

/** Health, readiness and metrics, for probes and scrapers inside the network. */
export function registerOperations(
  app: FastifyInstance,
  { admission, config, database, engine, jobs, metrics }: NodeDependencies,
): void {
  /** Metrics are wanted most when something is away: without a database they say nothing of accuracy. */
  const askAccuracy = recentAnswer(async () => {
    try {
      return await readAccuracy(database, config.ACCURACY_DAYS);
    } catch (err) {
      app.log.warn({ err }, 'the accuracy could not be read');
      throw err;
    }
  }, AT_ONCE);
  const accuracy = async () => (await askAccuracy()) ?? [];
  const backlog = recentAnswer(() => readBacklog(database), AT_ONCE);

  const queue = watchQueue(jobs);
  showQueue(metrics.registry, queue);
  showGpus(metrics.registry, { maxAgeSeconds: config.GPU_METRICS_SECONDS });
  showNode(metrics.registry, {
    modelVersion: engine.modelVersion,
    capacity: config.MAX_IN_FLIGHT,
    waiting: () => engine.pixels.waiting,
  });
  const node = (): NodeState => ({
    id: config.NODE_ID,
    capacity: config.MAX_IN_FLIGHT,
    in_flight: admission.inFlight,
    queued: engine.pixels.waiting,
    model_version: engine.modelVersion,
    draining: !admission.isStaying,
  });

  app.get('/live', async () => ({ live: true }));

  app.get('/ready', async () => {
    if (!admission.isStaying)
      throw new OcrError('OVERLOADED', { message: 'The node is draining', retryAfterSeconds: 1 });
    await database.query('SELECT 1');
    return { ready: true, model_version: engine.modelVersion };
  });

  app.get('/api/v1/health', async () => {
    const databaseAnswers = await database.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const counts = await jobs.counts().catch(() => ({ waiting: 0, dead: 0 }));
    const data: Health = {
      status: databaseAnswers ? 'healthy' : 'degraded',
      version: VERSION,
      uptime_seconds: Math.round(process.uptime()),
      models_loaded: [...engine.modelNames],
      model_version: engine.modelVersion,
      execution_provider: engine.execution.provider,
      queue_status: {
        pending_jobs: counts.waiting,
        processing_jobs: admission.inFlight + jobs.inWork,
        failed_jobs: counts.dead,
      },
    };
    return { success: true, data };
  });

  app.get('/api/v1/metrics', async () => {
    const [known, watched, outbox] = await Promise.all([accuracy(), queue(), config.KAFKA_BROKERS ? backlog() : null]);
    const data: Metrics = {
      ...metrics.summary(known, engine.modelVersion),
      ...(watched && { queue: watched.state }),
      ...(outbox && { outbox }),
      node: node(),
    };
    return { success: true, data };
  });

  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics.exposition(await accuracy());
    return reply.type(contentType).send(body);
  });
}
