/** Events published by the node: CloudEvents 1.0 in JSON, keyed by shop. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
import { z } from 'zod';
import { ERROR_CODES } from '../errors.ts';
import { invoiceFieldsSchema, lineItemSchema, ocrResultSchema } from './result.ts';

export const EVENT_SOURCE = '/edge-ocr/gpu-node';
export const OCR_COMPLETED = 'ocr.completed';
export const OCR_FAILED = 'ocr.failed';
export const INVENTORY_BULK_UPDATE = 'inventory.bulk_update';
/** Content type of an event in structured mode, of the HTTP and the Kafka protocol binding alike. */
export const CLOUD_EVENT_MEDIA_TYPE = 'application/cloudevents+json';

/** Attributes of every event of ours. */
const attributes = {
  specversion: z.literal('1.0'),
  id: z.uuid().describe('Unique by event: a repeat carries the same one.'),
  source: z.literal(EVENT_SOURCE),
  subject: z.uuid().describe('The job.'),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  shopid: z.guid().describe('Extension attribute: the tenant, and the key of the message.'),
  dataref: z
    .string()
    .optional()
    .describe(
      'Extension attribute of CloudEvents (claim check): where the whole data is to be had, for an event too large for ' +
        'a message; its data then holds job_id and shop_id alone.',
    ),
};
const ids = { job_id: z.uuid(), shop_id: z.guid() };

export const ocrCompletedEventSchema = z
  .object({
    ...attributes,
    type: z.literal(OCR_COMPLETED),
    data: z.object({ ...ids, result: ocrResultSchema.optional().describe('Left out where dataref says where it is.') }),
  })
  .meta({ id: 'OcrCompletedEvent' });
export type OcrCompletedEvent = z.infer<typeof ocrCompletedEventSchema>;

export const ocrFailedEventSchema = z
  .object({
    ...attributes,
    type: z.literal(OCR_FAILED),
    data: z.object({
      ...ids,
      error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), retryable: z.boolean() }),
    }),
  })
  .meta({ id: 'OcrFailedEvent' });
export type OcrFailedEvent = z.infer<typeof ocrFailedEventSchema>;

/** What came in by an invoice, for whoever keeps the stock. Values are as read: see needs_review and confidence. */
export const inventoryBulkUpdateEventSchema = z
  .object({
    ...attributes,
    type: z.literal(INVENTORY_BULK_UPDATE),
    data: z.object({
      ...ids,
      invoice: invoiceFieldsSchema
        .pick({ issuer: true, seller: true, invoice_number: true, purchase_order: true, date: true, currency: true })
        .optional(),
      needs_review: z.boolean().optional(),
      line_items: z
        .array(lineItemSchema)
        .optional()
        .describe('Never empty; left out where dataref says where they are.'),
    }),
  })
  .meta({ id: 'InventoryBulkUpdateEvent' });
export type InventoryBulkUpdateEvent = z.infer<typeof inventoryBulkUpdateEventSchema>;

export const ocrEventSchema = z.discriminatedUnion('type', [
  ocrCompletedEventSchema,
  ocrFailedEventSchema,
  inventoryBulkUpdateEventSchema,
]);
export type OcrEvent = z.infer<typeof ocrEventSchema>;
