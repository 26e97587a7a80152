import { VERSION } from '@edge-ocr/shared/version';
import type { Config } from '../config.ts';
import type { TracingLog } from './open-telemetry.ts';
import { NO_TRACING, type Tracing } from './tracer.ts';

/** Without an endpoint nothing of OpenTelemetry is even loaded. */
export async function openTracing(config: Config, log: TracingLog): Promise<Tracing> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return NO_TRACING;
  const { startTracing } = await import('./open-telemetry.ts');
  return startTracing({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    resource: {
      'service.name': config.OTEL_SERVICE_NAME,
      'service.version': VERSION,
      'service.instance.id': config.NODE_ID,
    },
    sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
    maxQueued: config.OTEL_BSP_MAX_QUEUE_SIZE,
    maxBatch: config.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
    delayMs: config.OTEL_BSP_SCHEDULE_DELAY,
    timeoutMs: config.OTEL_EXPORTER_OTLP_TIMEOUT,
    log,
  });
}
