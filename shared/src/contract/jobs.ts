import { z } from 'zod';
import { errorBodySchema } from './envelope.ts';
import { ocrResultSchema } from './result.ts';

export const JOB_STATUSES = ['queued', 'processing', 'completed', 'failed', 'cancelled'] as const;

export const jobAcceptedSchema = z
  .object({
    job_id: z.uuid(),
    status: z.enum(JOB_STATUSES),
    queue_position: z.int().min(0),
    estimated_time_seconds: z.number().min(0),
    progress_percentage: z.number().min(0).max(100),
  })
  .meta({ id: 'JobAccepted' });

export const jobSchema = jobAcceptedSchema
  .extend({ result: ocrResultSchema.optional(), error: errorBodySchema.optional() })
  .meta({ id: 'Job' });

/** What asynchronous processing takes beside the OCR options. */
export const jobOptionsSchema = z
  .object({
    callback_url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Called with the outcome, signed.'),
    priority: z.enum(['low', 'normal', 'high']).default('normal'),
  })
  .meta({ id: 'JobOptions' });

export const BATCH_MAX_IMAGES = 10;

export const batchResultSchema = z
  .object({
    batch_id: z.uuid(),
    total_images: z.int(),
    processed_images: z.int(),
    results: z.array(
      z.object({
        index: z.int().min(0),
        success: z.boolean(),
        result: ocrResultSchema.optional(),
        error: errorBodySchema.optional(),
      }),
    ),
    processing_time_ms: z.number(),
  })
  .meta({ id: 'BatchResult' });

/** Events of `GET /api/v1/ocr/events`, over WebSocket or SSE. */
export const jobEventSchema = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('job_queued'), job_id: z.uuid(), queue_position: z.int().min(0) }),
    z.object({ event: z.literal('job_started'), job_id: z.uuid(), progress: z.number() }),
    z.object({ event: z.literal('job_progress'), job_id: z.uuid(), progress: z.number(), current_step: z.string() }),
    z.object({ event: z.literal('job_completed'), job_id: z.uuid(), result: ocrResultSchema }),
    z.object({ event: z.literal('job_failed'), job_id: z.uuid(), error: errorBodySchema }),
  ])
  .meta({ id: 'JobEvent' });
