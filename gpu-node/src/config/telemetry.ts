/** Metrics of the GPU, and traces. Names that begin with OTEL_ are OpenTelemetry's own, with its meaning. */
import { parseOtlpHeaders } from '@edge-ocr/shared/otlp-headers';
import { z } from 'zod';
import { fraction, integer, type VariablesOf } from './variable.ts';

export const telemetryVariables = {
  GPU_METRICS_SECONDS: integer(0, 3600)
    .default(15)
    .describe('How old figures of the GPU may be when they are scraped; 0: nvidia-smi is never asked.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where traces are sent, by OTLP over HTTP; /v1/traces is added. Without it there are none.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .prefault('')
    .transform(parseOtlpHeaders)
    .refine((headers) => headers !== null, 'must be name=value, separated by commas')
    .describe('Sent with traces; values percent-encoded.'),
  OTEL_EXPORTER_OTLP_TIMEOUT: integer(100, 60_000)
    .default(10_000)
    .describe('Milliseconds for sending a batch of spans.'),
  OTEL_SERVICE_NAME: z.string().min(1).max(200).default('edge-ocr-node'),
  OTEL_TRACES_SAMPLER_ARG: fraction
    .default(1)
    .describe('Share of the traces that begin at this node which is recorded; for others their caller decides.'),
  OTEL_BSP_MAX_QUEUE_SIZE: integer(1, 100_000).default(2048).describe('Finished spans that wait; more are dropped.'),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: integer(1, 100_000).default(512).describe('Spans sent at a time.'),
  OTEL_BSP_SCHEDULE_DELAY: integer(10, 600_000).default(5000).describe('Milliseconds between batches of spans.'),
};

export function telemetryContradictions(config: Partial<VariablesOf<typeof telemetryVariables>>): string[] {
  const { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: batch = 0, OTEL_BSP_MAX_QUEUE_SIZE: queue = batch } = config;
  return batch > queue ? ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE: must not be larger than OTEL_BSP_MAX_QUEUE_SIZE'] : [];
}
