import { z } from 'zod';
import { errorBodySchema } from './envelope.ts';
import { ocrResultSchema } from './result.ts';
import { PAGE_LIMIT_MAX } from './results.ts';

export const RECEIPT_STATUSES = ['pending', 'processing', 'completed', 'failed'] as const;
export type ReceiptStatus = (typeof RECEIPT_STATUSES)[number];

export const receiptSchema = z
  .object({
    id: z.uuid(),
    ocr_status: z.enum(RECEIPT_STATUSES),
    purchase_date: z.iso.date().nullable(),
    image_sha256: z.string(),
    job_id: z
      .uuid()
      .nullable()
      .describe(
        'The latest job that reads it; null until one was queued. A pending receipt with a job waits for its turn.',
      ),
    attempts: z.int().min(0).describe('How often it was queued to be read.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    result: ocrResultSchema.optional().describe('Of a completed receipt, with what people corrected since.'),
    error: errorBodySchema.optional().describe('Of a failed receipt.'),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof receiptSchema>;

/** What comes beside the image of a new receipt. */
export const newReceiptSchema = z.strictObject({
  purchase_date: z.iso.date('must be a date such as 2026-11-30').optional().describe('When it was bought, if known.'),
});
export type NewReceiptOptions = z.output<typeof newReceiptSchema>;

export const receiptsQuerySchema = z
  .strictObject({
    status: z.enum(RECEIPT_STATUSES).optional(),
    cursor: z.string().max(200).optional().describe('next_cursor of the page before.'),
    limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(20),
  })
  .meta({ id: 'ReceiptsQuery' });
export type ReceiptsQuery = z.output<typeof receiptsQuerySchema>;

export const receiptsPageSchema = z
  .object({ receipts: z.array(receiptSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'ReceiptsPage' });
export type ReceiptsPage = z.infer<typeof receiptsPageSchema>;

export const processAllQuerySchema = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Queue so many at the most, the oldest first.'),
});

export const processAllSchema = z
  .object({
    status: z.literal('queued'),
    message: z.string(),
    queued: z.int().min(0).describe('How many were queued by this request.'),
    limit: z.int().nullable().describe('As asked for.'),
  })
  .meta({ id: 'ProcessAll' });
export type ProcessAll = z.infer<typeof processAllSchema>;

export const queueStatusQuerySchema = z.strictObject({ receipt_id: z.uuid().optional() });

export const queueStatusSchema = z
  .union([
    z.object({ receipt_id: z.uuid(), status: z.enum(RECEIPT_STATUSES) }),
    z.object({
      total_tracked: z.int(),
      pending: z.int(),
      processing: z.int(),
      completed: z.int(),
      failed: z.int(),
    }),
  ])
  .meta({ id: 'QueueStatus' });
export type QueueStatus = z.infer<typeof queueStatusSchema>;
