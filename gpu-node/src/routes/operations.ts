import type { Health } from '@edge-ocr/shared/contract/operations';
import { OcrError } from '@edge-ocr/shared/errors';
import { VERSION } from '@edge-ocr/shared/version';
import type { FastifyInstance } from 'fastify';
import type { NodeDependencies } from '../app.ts';

/** Health, readiness and metrics, for probes and scrapers inside the network. */
export function registerOperations(
  app: FastifyInstance,
  { admission, database, engine, metrics }: NodeDependencies,
): void {
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
    const data: Health = {
      status: databaseAnswers ? 'healthy' : 'degraded',
      version: VERSION,
      uptime_seconds: Math.round(process.uptime()),
      models_loaded: [...engine.modelNames],
      model_version: engine.modelVersion,
      queue_status: { pending_jobs: 0, processing_jobs: admission.inFlight, failed_jobs: 0 },
    };
    return { success: true, data };
  });

  app.get('/api/v1/metrics', async () => ({ success: true, data: metrics.summary() }));

  app.get('/metrics', async (_, reply) => {
    const { contentType, body } = await metrics.exposition();
    return reply.type(contentType).send(body);
  });
}
