import { invalidRequest } from '@edge-ocr/shared/contract/options';
import {
  type NewReceiptOptions,
  newReceiptSchema,
  processAllQuerySchema,
  queueStatusQuerySchema,
  receiptsQuerySchema,
} from '@edge-ocr/shared/contract/receipts';
import { uuidV7 } from '@edge-ocr/shared/uuid-v7';
import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { allow, authenticate } from '../auth/authenticate.ts';
import type { AppEnv } from '../env.ts';
import { limit } from '../limits/limit.ts';
import { uniqueEntries } from '../unique-entries.ts';
import { reserveBody } from '../upload/body-budget.ts';
import { forward, idIn, takeUpload } from './jobs.ts';

const PATH = '/api/v1/receipts';

/** The receipts queue. The node knows its states; here it is decided who may ask, how often and with what. */
export function addReceiptRoutes(app: Hono<AppEnv>): void {
  const read = [authenticate, allow('ocr:read'), limit({ quota: false })] as const;
  const write = [authenticate, allow('ocr:write')] as const;

  app.post(PATH, ...write, reserveBody, limit({ quota: true }), async (c) => {
    const { image, options, mediaType } = await takeUpload(c, parseNewReceipt);
    const target = options.purchase_date ? `${PATH}?purchase_date=${options.purchase_date}` : PATH;
    // The same image is the same receipt, so a second node may be asked.
    return await forward(c, { method: 'POST', target, body: { bytes: image, mediaType }, jobId: uuidV7() });
  });

  app.get(PATH, ...read, async (c) => forward(c, { method: 'GET', target: PATH + searchOf(receiptsQuerySchema, c) }));

  app.get(`${PATH}/ocr/queue-status`, ...read, async (c) =>
    forward(c, { method: 'GET', target: `${PATH}/ocr/queue-status${searchOf(queueStatusQuerySchema, c)}` }),
  );

  // Not from the quota: the images were counted when they came.
  app.post(`${PATH}/ocr/process-all`, ...write, limit({ quota: false }), async (c) =>
    forward(c, { method: 'POST', target: `${PATH}/ocr/process-all${searchOf(processAllQuerySchema, c)}` }),
  );

  app.get(`${PATH}/:id`, ...read, async (c) => forward(c, { method: 'GET', target: `${PATH}/${idIn(c, 'receipt')}` }));

  app.post(`${PATH}/:id/ocr/retry`, ...write, limit({ quota: true }), async (c) =>
    forward(c, { method: 'POST', target: `${PATH}/${idIn(c, 'receipt')}/ocr/retry` }),
  );
}

function parseNewReceipt(fields: Record<string, unknown>): NewReceiptOptions {
  const parsed = newReceiptSchema.safeParse(fields);
  if (!parsed.success) throw invalidRequest(parsed.error, Object.keys(newReceiptSchema.shape));
  return parsed.data;
}

/** The query as it was understood, defaults filled in, with its `?` if there is any. @throws OcrError INVALID_REQUEST */
function searchOf(schema: z.ZodObject, c: Context<AppEnv>): string {
  const parsed = schema.safeParse(uniqueEntries(new URL(c.req.url).searchParams));
  if (!parsed.success) throw invalidRequest(parsed.error, Object.keys(schema.shape));
  const given = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
  // A lone `?` would not be sent, and the token be for another target.
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
