import type { Health } from '@edge-ocr/shared/contract/operations';
import { OcrError } from '@edge-ocr/shared/errors';
import { VERSION } from '@edge-ocr/shared/version';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { NodeDependencies } from '../app.ts';
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
    const queue = await jobs.counts().catch(() => ({ waiting: 0, dead: 0 }));
    const data: Health = {
      status: databaseAnswers ? 'healthy' : 'degraded',
      version: VERSION,
      uptime_seconds: Math.round(process.uptime()),
      models_loaded: [...engine.modelNames],
      model_version: engine.modelVersion,
      queue_status: {
        pending_jobs: queue.waiting,
        processing_jobs: admission.inFlight + jobs.inWork,
        failed_jobs: queue.dead,
      },
    };
    return { success: true, data };
  });

  app.get('/api/v1/metrics', async (request) => {
    const summary = metrics.summary(await accuracy(request), engine.modelVersion);
    const outbox = config.KAFKA_BROKERS && (await readBacklog(database).catch(() => undefined));
    return { success: true, data: { ...summary, ...(outbox && { outbox }) } };
  });

  app.get('/metrics', async (request, reply) => {
    const { contentType, body } = await metrics.exposition(await accuracy(request));
    return reply.type(contentType).send(body);
  });
}
