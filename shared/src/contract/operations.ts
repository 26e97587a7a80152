import { z } from 'zod';

export const healthSchema = z
  .object({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    version: z.string(),
    uptime_seconds: z.number(),
    models_loaded: z.array(z.string()),
    model_version: z.string().describe('Changes whenever the same image could read differently.'),
    queue_status: z.object({ pending_jobs: z.int(), processing_jobs: z.int(), failed_jobs: z.int() }),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;

const modelAccuracy = {
  overall: z
    .number()
    .nullable()
    .describe('Share of the looked-at fields that were read right; null until people correct or confirm any.'),
  by_field: z.record(z.string(), z.number()),
};

export const metricsSchema = z
  .object({
    total_requests: z.int().describe('OCR requests this node has taken in since it started.'),
    successful_requests: z.int(),
    average_processing_time_ms: z.number(),
    model_accuracy: z
      .object({
        ...modelAccuracy,
        by_model_version: z
          .record(z.string(), z.object({ ...modelAccuracy, predictions: z.int() }))
          .describe('The same for each version that was corrected lately, with how many fields people looked at.'),
      })
      .describe('Of the models this node runs now, over all shops, from what people corrected and confirmed.'),
    errors_by_type: z.record(z.string(), z.int()),
    outbox: z
      .object({
        unpublished: z.int().describe('Events that Kafka has yet to get, of all nodes.'),
        oldest_seconds: z.number().describe('For how long the oldest of them has waited; 0 without any.'),
      })
      .optional()
      .describe('Only where the node publishes to Kafka, and its database answers.'),
    edge: z
      .record(z.string(), z.int())
      .optional()
      .describe('Counted since its start by the one isolate of the edge that answered, and set by the edge alone.'),
  })
  .meta({ id: 'Metrics' });
export type Metrics = z.infer<typeof metricsSchema>;
