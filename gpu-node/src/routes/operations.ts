import type { Health, Metrics, NodeState } from '@edge-ocr/shared/contract/operations';
import { OcrError } from '@edge-ocr/shared/errors';
import { VERSION } from '@edge-ocr/shared/version';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { NodeDependencies } from '../app.ts';
import { showQueue, watchQueue } from '../jobs/watch-queue.ts';
import { readAccuracy } from '../persist/accuracy.ts';
import { readBacklog } from '../persist/outbox.ts';

/** Health, readiness and metrics, for probes and scrapers inside the network. */
export function registerOperations(
  app: FastifyInstance,
  { admission, config, database, engine, jobs, metrics }: NodeDependencies,
): void {
  /** Metrics are wanted most when something is away: without a database they say nothing of accuracy. */
  const accuracy = (request: FastifyRequest) =>
    readAccuracy(database, config.ACCURACY_DAYS).catch((err) => {
      request.log.warn({ err }, 'the accuracy could not be read');
      return [];
    });

  const queue = watchQueue(jobs);
  showQueue(metrics.registry, queue);
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

  app.get('/api/v1/metrics', async (request) => {
    const [known, state, outbox] = await Promise.all([
      accuracy(request),
      queue(),
      config.KAFKA_BROKERS ? readBacklog(database).catch(() => undefined) : undefined,
    ]);
    const data: Metrics = {
      ...metrics.summary(known, engine.modelVersion),
      ...(state && { queue: state }),
      ...(outbox && { outbox }),
      node: node(),
    };
    return { success: true, data };
  });

  app.get('/metrics', async (request, reply) => {
    const { contentType, body } = await metrics.exposition(await accuracy(request));
    return reply.type(contentType).send(body);
  });
}
