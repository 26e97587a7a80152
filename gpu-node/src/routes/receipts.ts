import { invalidRequest } from '@edge-ocr/shared/contract/options';
import {
  newReceiptSchema,
  type ProcessAll,
  processAllQuerySchema,
  type QueueStatus,
  queueStatusQuerySchema,
  type Receipt,
  receiptsQuerySchema,
} from '@edge-ocr/shared/contract/receipts';
import { OcrError } from '@edge-ocr/shared/errors';
import { type ImageFormat, MEDIA_TYPES, SUPPORTED_FORMATS, sniffImageFormat } from '@edge-ocr/shared/image-format';
import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { principalOfRequest } from '../auth/internal-token.ts';
import type { Config } from '../config.ts';
import { type ImageStore, imageKey } from '../images/image-store.ts';
import { takingBackRefused } from '../images/take-back-refused.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { Database } from '../persist/database.ts';
import { addReceipt, countReceipts, findReceipt, isReceiptId, listReceipts } from '../persist/receipts.ts';
import { queueAllReceipts, queueReceipt, type WhoAsks } from '../receipts/queue-receipts.ts';
import { traceOf } from './request-trace.ts';

export interface ReceiptParts {
  readonly config: Pick<Config, 'PROCESSING_TIMEOUT_MS' | 'RECEIPTS_PROCESS_ALL_MAX'>;
  readonly database: Database;
  readonly images: ImageStore;
  readonly jobs: Pick<JobQueue, 'accept'>;
}

/** What is left of a request's time when no further receipts are queued for it. */
const ANSWER_MARGIN_MS = 2000;

/** The receipts queue, of the caller's shop alone. */
export function registerReceipts(app: FastifyInstance, { config, database, images, jobs }: ReceiptParts): void {
  const parts = { db: database, jobs };

  /** Shown to its own shop; another shop's looks the same as none. */
  const receiptOf = async (request: FastifyRequest, id: string): Promise<Receipt> => {
    const { shopId } = principalOfRequest(request);
    const receipt = isReceiptId(id) ? await findReceipt(database, shopId, id, request.id) : null;
    if (!receipt) throw new OcrError('NOT_FOUND');
    return receipt;
  };

  app.post('/api/v1/receipts', async (request, reply) => {
    const { purchase_date: purchaseDate = null } = queryOf(newReceiptSchema, request);
    const { bytes, format } = imageOf(request);
    const principal = principalOfRequest(request);
    // The token was made for these bytes, and they were checked against it.
    const sha256 = request.claims!.body_sha256;
    const key = imageKey(principal.shopId, sha256);
    // Before the receipt is promised, so that none is ever without its image.
    await images.put(key, bytes, MEDIA_TYPES[format]);
    const sizeBytes = bytes.byteLength;
    const receipt = { principal, sha256, sizeBytes, format, imageKey: key, purchaseDate };
    const { id, created } = await takingBackRefused(images, key, () => addReceipt(database, receipt));
    return reply.status(created ? 201 : 200).send({ success: true, data: await receiptOf(request, id) });
  });

  app.get('/api/v1/receipts', async (request) => {
    const query = queryOf(receiptsQuerySchema, request);
    const { shopId } = principalOfRequest(request);
    return { success: true, data: await listReceipts(database, shopId, query, request.id) };
  });

  app.get('/api/v1/receipts/ocr/queue-status', async (request) => {
    const { receipt_id: id } = queryOf(queueStatusQuerySchema, request);
    const data: QueueStatus =
      id === undefined
        ? await countReceipts(database, principalOfRequest(request).shopId)
        : { receipt_id: id, status: (await receiptOf(request, id)).ocr_status };
    return { success: true, data };
  });

  app.post('/api/v1/receipts/ocr/process-all', async (request, reply) => {
    const { limit = null } = queryOf(processAllQuerySchema, request);
    const most = Math.min(limit ?? config.RECEIPTS_PROCESS_ALL_MAX, config.RECEIPTS_PROCESS_ALL_MAX);
    const queued = await queueAllReceipts(parts, most, timeToAnswer(request, config), whoAsks(request));
    const message = `OCR processing queued for ${queued} ${queued === 1 ? 'receipt' : 'receipts'}`;
    const data: ProcessAll = { status: 'queued', message, queued, limit };
    return reply.status(202).send({ success: true, data });
  });

  app.get<{ Params: { id: string } }>('/api/v1/receipts/:id', async (request) => ({
    success: true,
    data: await receiptOf(request, request.params.id),
  }));

  app.post<{ Params: { id: string } }>('/api/v1/receipts/:id/ocr/retry', async (request, reply) => {
    const { id } = request.params;
    if (!isReceiptId(id)) throw new OcrError('NOT_FOUND');
    await queueReceipt(parts, id, whoAsks(request));
    return reply.status(202).send({ success: true, data: await receiptOf(request, id) });
  });
}

function whoAsks(request: FastifyRequest): WhoAsks {
  return { principal: principalOfRequest(request), trace: traceOf(request) };
}

/** Milliseconds since the epoch. */
function timeToAnswer(request: FastifyRequest, { PROCESSING_TIMEOUT_MS }: ReceiptParts['config']): number {
  const asked = Number(request.headers[HEADER.deadline]);
  const latest = Date.now() + PROCESSING_TIMEOUT_MS;
  return (asked > 0 ? Math.min(asked, latest) : latest) - ANSWER_MARGIN_MS;
}

/** @throws OcrError INVALID_REQUEST, UNSUPPORTED_TYPE */
function imageOf({ body }: FastifyRequest): { bytes: Buffer; format: ImageFormat } {
  if (!Buffer.isBuffer(body) || body.byteLength === 0) {
    throw new OcrError('INVALID_REQUEST', { message: 'The body is empty', suggestion: 'Send the image as the body.' });
  }
  const format = sniffImageFormat(body);
  if (format && SUPPORTED_FORMATS.includes(format)) return { bytes: body, format };
  throw new OcrError('UNSUPPORTED_TYPE', { message: 'The file is neither an image of a known format nor a PDF' });
}

function queryOf<T extends z.ZodObject>(schema: T, request: FastifyRequest): z.output<T> {
  const query = schema.safeParse(request.query);
  if (!query.success) throw invalidRequest(query.error, Object.keys(schema.shape));
  return query.data;
}
