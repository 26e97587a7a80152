import { z } from 'zod';
import { errorBodySchema } from './envelope.ts';
import { invalidRequest, ocrOptionsSchema } from './options.ts';
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
      .max(2000)
      .optional()
      .describe('Called with the outcome, signed. An https address that the internet can reach.'),
    priority: z.enum(['low', 'normal', 'high']).default('normal').describe('The higher goes first.'),
  })
  .meta({ id: 'JobOptions' });

/** All that `POST /process/async` takes beside the image; unknown names are refused. */
export const asyncOptionsSchema = ocrOptionsSchema.extend(jobOptionsSchema.shape);
export type AsyncOptions = z.output<typeof asyncOptionsSchema>;

/** @throws OcrError INVALID_REQUEST naming the first option that is wrong. */
export function parseAsyncOptions(input: Record<string, unknown>): AsyncOptions {
  const parsed = asyncOptionsSchema.safeParse(input);
  if (!parsed.success) throw invalidRequest(parsed.error, Object.keys(asyncOptionsSchema.shape));
  return parsed.data;
}

export const BATCH_MAX_IMAGES = 10;

export const batchResultSchema = z
  .object({
    batch_id: z.uuid(),
    total_images: z.int(),
    processed_images: z.int().describe('How many were read; the others have an error.'),
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
export type BatchResult = z.infer<typeof batchResultSchema>;

/** What becomes of a job, told to listeners; see contract/events.ts. */
export const jobEventSchema = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('job_queued'), job_id: z.uuid(), queue_position: z.int().min(0) }),
    z.object({ event: z.literal('job_started'), job_id: z.uuid(), progress: z.number() }),
    z.object({ event: z.literal('job_progress'), job_id: z.uuid(), progress: z.number(), current_step: z.string() }),
    z.object({
      event: z.literal('job_completed'),
      job_id: z.uuid(),
      result: ocrResultSchema.nullable().describe('null when the result is no longer kept.'),
    }),
    z.object({ event: z.literal('job_failed'), job_id: z.uuid(), error: errorBodySchema }),
    z.object({ event: z.literal('job_cancelled'), job_id: z.uuid() }),
  ])
  .meta({ id: 'JobEvent' });
export type JobEvent = z.infer<typeof jobEventSchema>;
