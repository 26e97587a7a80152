import { z } from 'zod';
import { errorBodySchema } from './envelope.ts';
import { ocrResultSchema } from './result.ts';

export const RECEIPT_STATUSES = ['pending', 'processing', 'completed', 'failed'] as const;

export const receiptSchema = z
  .object({
    id: z.uuid(),
    ocr_status: z.enum(RECEIPT_STATUSES),
    purchase_date: z.iso.date().nullable(),
    image_sha256: z.string(),
    created_at: z.iso.datetime(),
    result: ocrResultSchema.optional(),
    error: errorBodySchema.optional(),
  })
  .meta({ id: 'Receipt' });

export const receiptsPageSchema = z
  .object({ receipts: z.array(receiptSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'ReceiptsPage' });

export const processAllSchema = z
  .object({ status: z.literal('queued'), message: z.string(), queued: z.int().min(0), limit: z.int().nullable() })
  .meta({ id: 'ProcessAll' });

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
