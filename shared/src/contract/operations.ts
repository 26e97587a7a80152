import { z } from 'zod';
import { STAGES } from './result.ts';

export const healthSchema = z
  .object({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    version: z.string(),
    uptime_seconds: z.number(),
    models_loaded: z.array(z.string()),
    model_version: z.string().describe('Changes whenever the same image could read differently.'),
    execution_provider: z
      .enum(['cpu', 'cuda', 'tensorrt', 'webgpu'])
      .describe('Where the node runs its networks; one that was asked for and did not load stops the start.'),
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

const milliseconds = z.number().min(0);
/** By nearest rank: each is a time that was measured. */
const percentiles = { p50: milliseconds, p95: milliseconds, p99: milliseconds };

export const queueStateSchema = z
  .object({
    pending: z.int().describe('Jobs that wait, also those that wait for another try.'),
    processing: z.int(),
    failed: z.int().describe('Dead letters: jobs that were given up and could be driven again.'),
    oldest_seconds: z.number().min(0).describe('For how long the oldest pending job has waited; 0 without any.'),
  })
  .meta({ id: 'QueueState' });
export type QueueState = z.infer<typeof queueStateSchema>;

export const nodeStateSchema = z
  .object({
    id: z.string().describe('Its name in the pool.'),
    capacity: z.int().describe('Requests that it takes at a time.'),
    in_flight: z.int(),
    queued: z.int().describe('Of those in flight, the ones that wait for memory.'),
    model_version: z.string(),
    draining: z.boolean(),
  })
  .meta({ id: 'NodeState' });
export type NodeState = z.infer<typeof nodeStateSchema>;

export const poolNodeSchema = z
  .object({
    url: z.string().describe('Where the edge reaches it.'),
    capacity: z.int().optional().describe('Absent, as queued, for a node that does not tell.'),
    in_flight: z.int().describe('As the node says; where it does not tell, what this isolate of the edge has there.'),
    queued: z.int().optional(),
    model_version: z.string().nullable().describe('Null for a node that does not tell.'),
    draining: z.boolean(),
    healthy: z.boolean().describe('False while the isolate that answered has set it aside because it failed.'),
  })
  .meta({ id: 'PoolNode' });
export type PoolNode = z.infer<typeof poolNodeSchema>;

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
    latency_ms: z
      .object({
        window_seconds: z.number().min(0).describe('How far back it looks; less than is set after very many images.'),
        count: z.int().min(1).describe('Images that were read in that time.'),
        ...percentiles,
      })
      .optional()
      .describe('Processing times of the images that this node read lately; absent when it read none.'),
    stages: z
      .partialRecord(z.enum(STAGES), z.object(percentiles))
      .optional()
      .describe('The same by stage, over the images that went through it.'),
    queue: queueStateSchema
      .optional()
      .describe('Jobs of all shops and nodes; absent when the database does not say in time.'),
    node: nodeStateSchema.optional().describe('The node that answered.'),
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
    nodes: z.array(poolNodeSchema).optional().describe('The pool as that isolate sees it, set by the edge alone.'),
  })
  .meta({ id: 'Metrics' });
export type Metrics = z.infer<typeof metricsSchema>;
