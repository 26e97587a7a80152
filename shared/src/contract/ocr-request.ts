/** A request for OCR as a message: a CloudEvent that somebody else sends on the topic of requests. */
import { z } from 'zod';
import { ocrOptionsSchema } from './options.ts';

export const OCR_REQUEST = 'ocr.request';

/** In lower case, as the keys of images are written. */
const uuid = z.guid().toLowerCase();

export const ocrRequestEventSchema = z
  .object({
    specversion: z.literal('1.0'),
    type: z.literal(OCR_REQUEST),
    id: z.string().min(1).max(200).describe('Of the message; what makes a request unique is data.request_id.'),
    source: z.string().min(1).max(500),
    traceparent: z.string().max(100).optional().describe('W3C trace context; a header of the message comes before it.'),
    data: z.strictObject({
      request_id: z
        .string()
        .regex(/^[\w.:-]{8,100}$/, 'must be 8 to 100 letters, digits and . _ : -')
        .describe('Unique by shop: one request, one result, however often it is sent.'),
      shop_id: uuid,
      user_id: uuid,
      options: ocrOptionsSchema.prefault({}),
      image: z.union(
        [
          z.strictObject({ key: z.string().describe('In the image store: shop/SHOP_ID/SHA256, of this shop.') }),
          z.strictObject({ base64: z.base64().min(1).describe('The file itself, up to the node’s limit.') }),
        ],
        'must have either key or base64',
      ),
    }),
  })
  .meta({ id: 'OcrRequestEvent' });
export type OcrRequestEvent = z.infer<typeof ocrRequestEventSchema>;
