/** Events published by the node: CloudEvents 1.0 in JSON, keyed by shop. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
import { z } from 'zod';
import { ERROR_CODES } from '../errors.ts';
import { ocrResultSchema } from './result.ts';

export const EVENT_SOURCE = '/edge-ocr/gpu-node';
export const OCR_COMPLETED = 'ocr.completed';
export const OCR_FAILED = 'ocr.failed';

/** Attributes of every event of ours. */
const attributes = {
  specversion: z.literal('1.0'),
  id: z.uuid().describe('Unique by event: a repeat carries the same one.'),
  source: z.literal(EVENT_SOURCE),
  subject: z.uuid().describe('The job.'),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  shopid: z.guid().describe('Extension attribute: the tenant, and the key of the message.'),
};

export const ocrCompletedEventSchema = z
  .object({
    ...attributes,
    type: z.literal(OCR_COMPLETED),
    data: z.object({ job_id: z.uuid(), shop_id: z.guid(), result: ocrResultSchema }),
  })
  .meta({ id: 'OcrCompletedEvent' });
export type OcrCompletedEvent = z.infer<typeof ocrCompletedEventSchema>;

export const ocrFailedEventSchema = z
  .object({
    ...attributes,
    type: z.literal(OCR_FAILED),
    data: z.object({
      job_id: z.uuid(),
      shop_id: z.guid(),
      error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), retryable: z.boolean() }),
    }),
  })
  .meta({ id: 'OcrFailedEvent' });
export type OcrFailedEvent = z.infer<typeof ocrFailedEventSchema>;

export const ocrEventSchema = z.discriminatedUnion('type', [ocrCompletedEventSchema, ocrFailedEventSchema]);
