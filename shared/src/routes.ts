/** Every route of the API, in one table: the OpenAPI document and the edge's 404s are made from it. */
import { z } from 'zod';
import type { Scope } from './access.ts';
import { correctionsSchema } from './contract/corrections.ts';
import { successEnvelope } from './contract/envelope.ts';
import {
  EVENTS_PATH,
  EVENTS_TICKET_PATH,
  eventMessageSchema,
  eventsQuerySchema,
  eventsTicketSchema,
} from './contract/events.ts';
import { EXPORT_FILES, resultQuerySchema, resultsListQuerySchema } from './contract/exports.ts';
import {
  asyncOptionsSchema,
  BATCH_MAX_IMAGES,
  batchResultSchema,
  jobAcceptedSchema,
  jobOptionsSchema,
  jobSchema,
} from './contract/jobs.ts';
import { healthSchema, metricsSchema } from './contract/operations.ts';
import { ocrOptionsSchema } from './contract/options.ts';
import {
  newReceiptSchema,
  processAllQuerySchema,
  processAllSchema,
  queueStatusQuerySchema,
  queueStatusSchema,
  receiptSchema,
  receiptsPageSchema,
  receiptsQuerySchema,
} from './contract/receipts.ts';
import { ocrResultSchema } from './contract/result.ts';
import { resultsPageSchema } from './contract/results.ts';
import type { ErrorCode } from './errors.ts';

type Method = 'get' | 'post' | 'delete' | 'head';

export interface Route {
  readonly method: Method;
  /** Path with `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  /** null: open to everybody. */
  readonly scope: Scope | null;
  /** Planned routes are part of the contract and answer NOT_FOUND until they exist. */
  readonly status: 'available' | 'planned';
  readonly query?: z.ZodObject;
  readonly body?: {
    /** Fields of the multipart form; the bare file is taken too, with the options as query parameters. */
    readonly multipart?: z.ZodObject;
    readonly json?: z.ZodType;
    readonly bareImage?: boolean;
  };
  readonly success: {
    readonly status: 200 | 201 | 202;
    readonly data?: z.ZodType;
    readonly mediaType?: string;
    /** Files that come in the place of the envelope where another format is asked for. */
    readonly files?: readonly string[];
    /** Another status under which the same data comes, and when. */
    readonly also?: { readonly status: 200 | 202; readonly description: string };
  };
  /** What it answers with 202 in the place of success, where a job may be made of the request. */
  readonly queued?: z.ZodType;
  readonly errors: readonly ErrorCode[];
}

const imageFile = z.string().meta({ format: 'binary', description: 'The image or PDF file.' });
const imageForm = z.object({ image: imageFile, ...ocrOptionsSchema.shape });
const IMAGE_ERRORS: ErrorCode[] = [
  'INVALID_REQUEST',
  'IMAGE_TOO_LARGE',
  'UNSUPPORTED_TYPE',
  'INVALID_IMAGE',
  'LOW_QUALITY',
  'QUOTA_EXCEEDED',
  'CONFLICT',
];
/** What an image meets before it is read. */
const UPLOAD_ERRORS: ErrorCode[] = [
  'INVALID_REQUEST',
  'IMAGE_TOO_LARGE',
  'UNSUPPORTED_TYPE',
  'QUOTA_EXCEEDED',
  'CONFLICT',
];
/** What asking a node for something it has can end in. */
const READ_ERRORS: ErrorCode[] = ['TIMEOUT', 'OVERLOADED', 'NETWORK_ERROR'];
/** A failure that the image meets every time is known of it too, and told in the place of an answer. */
const BY_HASH_ERRORS: ErrorCode[] = [
  'INVALID_REQUEST',
  'NOT_FOUND',
  'INVALID_IMAGE',
  'LOW_QUALITY',
  'IMAGE_TOO_LARGE',
  ...READ_ERRORS,
];
const NODE_ERRORS: ErrorCode[] = ['TIMEOUT', 'MODEL_ERROR', 'OVERLOADED', 'NETWORK_ERROR'];

export const ROUTES: readonly Route[] = [
  {
    method: 'post',
    path: '/api/v1/ocr/process',
    summary: 'Read an image now',
    scope: 'ocr:write',
    status: 'available',
    query: ocrOptionsSchema,
    body: { multipart: imageForm, bareImage: true },
    success: { status: 200, data: ocrResultSchema },
    queued: jobAcceptedSchema,
    errors: [...IMAGE_ERRORS, ...NODE_ERRORS],
  },
  {
    method: 'post',
    path: '/api/v1/ocr/process/async',
    summary: 'Read an image later',
    scope: 'ocr:write',
    status: 'available',
    query: asyncOptionsSchema,
    body: { multipart: imageForm.extend(jobOptionsSchema.shape), bareImage: true },
    success: { status: 202, data: jobAcceptedSchema },
    errors: [...UPLOAD_ERRORS, ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/api/v1/ocr/jobs/{id}',
    summary: 'State, progress, result or error of a job',
    scope: 'ocr:read',
    status: 'available',
    success: { status: 200, data: jobSchema },
    errors: ['INVALID_REQUEST', 'NOT_FOUND', ...READ_ERRORS],
  },
  {
    method: 'delete',
    path: '/api/v1/ocr/jobs/{id}',
    summary: 'Cancel a job',
    scope: 'ocr:write',
    status: 'available',
    success: { status: 200, data: jobSchema },
    errors: ['INVALID_REQUEST', 'NOT_FOUND', 'CONFLICT', ...READ_ERRORS],
  },
  {
    method: 'post',
    path: '/api/v1/ocr/batch',
    summary: 'Read up to 10 images, each with its own outcome',
    scope: 'ocr:write',
    status: 'available',
    body: {
      multipart: z.object({ images: z.array(imageFile).min(1).max(BATCH_MAX_IMAGES), ...ocrOptionsSchema.shape }),
    },
    success: { status: 200, data: batchResultSchema },
    errors: ['INVALID_REQUEST', 'IMAGE_TOO_LARGE', 'UNSUPPORTED_TYPE', 'QUOTA_EXCEEDED', 'CONFLICT', ...NODE_ERRORS],
  },
  {
    method: 'get',
    path: EVENTS_PATH,
    summary: 'Live progress of jobs, as WebSocket or SSE',
    scope: 'ocr:read',
    status: 'available',
    query: eventsQuerySchema,
    success: { status: 200, data: eventMessageSchema, mediaType: 'text/event-stream' },
    errors: ['INVALID_REQUEST', ...READ_ERRORS],
  },
  {
    method: 'post',
    path: EVENTS_TICKET_PATH,
    summary: 'A ticket that opens the live progress once, for browsers',
    scope: 'ocr:read',
    status: 'available',
    success: { status: 200, data: eventsTicketSchema },
    errors: [],
  },
  {
    method: 'get',
    path: '/api/v1/ocr/results/{id}',
    summary: 'One stored result',
    scope: 'ocr:read',
    status: 'available',
    query: resultQuerySchema,
    success: {
      status: 200,
      data: ocrResultSchema,
      files: [EXPORT_FILES.csv.mediaType, EXPORT_FILES.text.mediaType, EXPORT_FILES.hocr.mediaType],
    },
    errors: ['INVALID_REQUEST', 'NOT_FOUND', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/api/v1/ocr/results',
    summary: 'Search the shop’s results, newest first',
    scope: 'ocr:read',
    status: 'available',
    query: resultsListQuerySchema,
    success: {
      status: 200,
      data: resultsPageSchema,
      files: [EXPORT_FILES.csv.mediaType, EXPORT_FILES.text.mediaType],
    },
    errors: ['INVALID_REQUEST', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/api/v1/ocr/results/by-hash/{sha256}',
    summary: 'The answer for an image that is known under these options, without uploading it',
    scope: 'ocr:read',
    status: 'available',
    query: ocrOptionsSchema,
    success: { status: 200, data: ocrResultSchema },
    errors: BY_HASH_ERRORS,
  },
  {
    method: 'head',
    path: '/api/v1/ocr/results/by-hash/{sha256}',
    summary: 'Whether this image is known under these options, so that the upload can be skipped',
    scope: 'ocr:read',
    status: 'available',
    query: ocrOptionsSchema,
    success: { status: 200 },
    errors: BY_HASH_ERRORS,
  },
  {
    method: 'post',
    path: '/api/v1/ocr/results/{id}/corrections',
    summary: 'What a person says the fields are',
    scope: 'ocr:write',
    status: 'available',
    body: { json: correctionsSchema },
    success: { status: 200, data: ocrResultSchema },
    errors: ['INVALID_REQUEST', 'NOT_FOUND', 'CONFLICT', ...READ_ERRORS],
  },
  {
    method: 'post',
    path: '/api/v1/receipts',
    summary: 'Put a receipt into the queue',
    scope: 'ocr:write',
    status: 'available',
    query: newReceiptSchema,
    body: { multipart: z.object({ image: imageFile, ...newReceiptSchema.shape }), bareImage: true },
    success: {
      status: 201,
      data: receiptSchema,
      also: { status: 200, description: 'The shop has this image already: the receipt as it is' },
    },
    errors: ['INVALID_REQUEST', 'IMAGE_TOO_LARGE', 'UNSUPPORTED_TYPE', 'QUOTA_EXCEEDED', 'CONFLICT', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/api/v1/receipts',
    summary: 'The shop’s receipts, newest first',
    scope: 'ocr:read',
    status: 'available',
    query: receiptsQuerySchema,
    success: { status: 200, data: receiptsPageSchema },
    errors: ['INVALID_REQUEST', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/api/v1/receipts/{id}',
    summary: 'One receipt, with its result when it has been read',
    scope: 'ocr:read',
    status: 'available',
    success: { status: 200, data: receiptSchema },
    errors: ['INVALID_REQUEST', 'NOT_FOUND', ...READ_ERRORS],
  },
  {
    method: 'post',
    path: '/api/v1/receipts/{id}/ocr/retry',
    summary: 'Read one receipt now, or again',
    scope: 'ocr:write',
    status: 'available',
    success: { status: 202, data: receiptSchema },
    errors: ['INVALID_REQUEST', 'NOT_FOUND', 'QUOTA_EXCEEDED', 'CONFLICT', ...READ_ERRORS],
  },
  {
    method: 'post',
    path: '/api/v1/receipts/ocr/process-all',
    summary: 'Read all pending receipts of the shop',
    scope: 'ocr:write',
    status: 'available',
    query: processAllQuerySchema,
    success: { status: 202, data: processAllSchema },
    errors: ['INVALID_REQUEST', 'CONFLICT', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/api/v1/receipts/ocr/queue-status',
    summary: 'Counts by status, or the status of one receipt',
    scope: 'ocr:read',
    status: 'available',
    query: queueStatusQuerySchema,
    success: { status: 200, data: queueStatusSchema },
    errors: ['INVALID_REQUEST', 'NOT_FOUND', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/api/v1/images/{sha256}',
    summary: 'The original image, without its metadata, for its own shop only; each access is logged',
    scope: 'ocr:read',
    status: 'available',
    success: { status: 200, mediaType: 'image/*' },
    errors: ['INVALID_REQUEST', 'NOT_FOUND', 'INVALID_IMAGE', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/api/v1/health',
    summary: 'Health of the service and its queue',
    scope: null,
    status: 'available',
    success: { status: 200, data: healthSchema },
    errors: ['NETWORK_ERROR'],
  },
  {
    method: 'get',
    path: '/ready',
    summary: 'Whether requests can be served now',
    scope: null,
    status: 'available',
    success: { status: 200 },
    errors: ['OVERLOADED', 'NETWORK_ERROR'],
  },
  {
    method: 'get',
    path: '/api/v1/metrics',
    summary: 'Counters of the OCR node as JSON',
    scope: 'admin',
    status: 'available',
    success: { status: 200, data: metricsSchema },
    errors: READ_ERRORS,
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    scope: null,
    status: 'available',
    success: { status: 200 },
    errors: [],
  },
];

/** The envelope a route answers success with; what is no JSON has none. */
export function successSchemaOf({ success }: Route): z.ZodType | undefined {
  return success.mediaType ? success.data : success.data && successEnvelope(success.data);
}
