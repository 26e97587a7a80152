/** A job as it lies in the queue: all that a worker needs, so that it reads nothing else before it begins. */
import { canonicalOptions, type OcrOptions } from '@edge-ocr/shared/contract/options';
import { newJobId, timeOfJobId } from '../persist/job-id.ts';
import type { JobContext } from '../persist/results.ts';
import type { JobPriority, JobType, NewJob, WatchedJob } from './job-queue.ts';

export interface JobData {
  readonly id: string;
  readonly shopId: string;
  readonly userId: string;
  readonly options: OcrOptions;
  readonly imageKey: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly format: string | null;
  readonly callbackUrl: string | null;
  readonly jobType: JobType;
  readonly receiptId: string | null;
  readonly priority: number;
  readonly requestId: string;
  readonly traceparent: string | null;
}

/** The highest goes first. */
const PRIORITY: Record<JobPriority, number> = { low: -10, normal: 0, high: 10 };

export function jobDataOf(job: NewJob): JobData {
  const { principal, options, imageKey, sha256, sizeBytes, format, requestId } = job;
  return {
    id: job.id ?? newJobId(),
    shopId: principal.shopId,
    userId: principal.userId,
    options,
    imageKey,
    sha256,
    sizeBytes,
    format,
    callbackUrl: job.callbackUrl ?? null,
    jobType: job.jobType ?? 'async',
    receiptId: job.receiptId ?? null,
    priority: PRIORITY[job.priority ?? 'normal'],
    requestId,
    traceparent: job.traceparent ?? null,
  };
}

/** What saveResult and saveFailure want to know. */
export function contextOf(data: JobData): JobContext {
  return {
    principal: { shopId: data.shopId, userId: data.userId },
    requestId: data.requestId,
    ...(data.traceparent !== null && { traceparent: data.traceparent }),
    options: data.options,
    imageUrl: data.imageKey,
    jobType: data.jobType,
  };
}

/** What every log line about the job says. */
export function factsOf({ id, shopId, requestId, traceparent }: JobData): Readonly<Record<string, string>> {
  const traceId = traceparent?.split('-')[1];
  return { job_id: id, shop_id: shopId, request_id: requestId, ...(traceId !== undefined && { trace_id: traceId }) };
}

export function watchedOf({ id, shopId, userId, jobType, receiptId, sha256 }: JobData): WatchedJob {
  return { id, shopId, userId, jobType, receiptId, sha256 };
}

/** The columns of its row that are known from the start. */
export function rowOf(data: JobData) {
  const { options } = data;
  return {
    id: data.id,
    shop_id: data.shopId,
    user_id: data.userId,
    request_id: data.requestId,
    created_at: timeOfJobId(data.id),
    job_type: data.jobType,
    image_url: data.imageKey,
    image_size_bytes: data.sizeBytes,
    image_format: data.format,
    sha256: data.sha256,
    ocr_type: options.type,
    confidence_threshold: options.confidence_threshold,
    extract_barcodes: options.extract_barcodes,
    language: [...new Set(options.language.split(','))].join(','),
    options: canonicalOptions(options),
    priority: data.priority,
  };
}
