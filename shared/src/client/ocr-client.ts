/** The client of the API, for browsers, React Native, Node and Workers: needs fetch and Web Crypto, nothing else. */
import type { z } from 'zod';
import type { Corrections } from '../contract/corrections.ts';
import type { errorBodySchema } from '../contract/envelope.ts';
import type { EventMessage } from '../contract/events.ts';
import type { asyncOptionsSchema, BatchResult, jobAcceptedSchema, jobSchema } from '../contract/jobs.ts';
import type { Health, Metrics } from '../contract/operations.ts';
import type { ocrOptionsSchema } from '../contract/options.ts';
import type { ProcessAll, QueueStatus, Receipt, ReceiptsPage, receiptsQuerySchema } from '../contract/receipts.ts';
import type { OcrResult } from '../contract/result.ts';
import type { resultsPageSchema, resultsQuerySchema } from '../contract/results.ts';

export type ImageInput = Blob | Uint8Array;
export type ProcessOptions = z.input<typeof ocrOptionsSchema>;
export type AsyncProcessOptions = z.input<typeof asyncOptionsSchema>;
export type ResultsQueryInput = z.input<typeof resultsQuerySchema>;
export type ResultsPage = z.infer<typeof resultsPageSchema>;
export type ReceiptsQueryInput = z.input<typeof receiptsQuerySchema>;
export type JobAccepted = z.infer<typeof jobAcceptedSchema>;
export type Job = z.infer<typeof jobSchema>;
export type ErrorBody = z.infer<typeof errorBodySchema>;
export type ExportFormat = 'json' | 'csv' | 'text' | 'hocr';

export interface ClientOptions {
  /** Origin of the edge, such as https://ocr.example.org. */
  readonly baseUrl: string;
  /** The access token, or what gets a current one; asked again after UNAUTHORIZED. */
  readonly token: string | (() => string | Promise<string>);
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface UploadOptions extends CallOptions {
  readonly idempotencyKey?: string;
  /** Bytes that have left, of the whole; at least once at the end, also when nothing had to be sent. */
  readonly onUploadProgress?: (progress: { readonly loaded: number; readonly total: number }) => void;
}

/** What the API answered instead of success; codes and suggestions are the catalogue's. */
export class ApiError extends Error {
  readonly code: ErrorBody['code'];
  readonly details: ErrorBody['details'];
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor({ code, message, details }: ErrorBody, status: number, retryAfterSeconds?: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.details = details;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class OcrClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Read an image now. Known images are answered without an upload; a job that was made of it is waited for. */
  process(image: ImageInput, options: ProcessOptions = {}, call: UploadOptions = {}): Promise<OcrResult> {
    return this.#upload('/api/v1/ocr/process', image, options, call);
  }

  /** Read it later: the job, accepted. */
  processAsync(image: ImageInput, options: AsyncProcessOptions = {}, call: UploadOptions = {}): Promise<JobAccepted> {
    return this.#upload('/api/v1/ocr/process/async', image, options, call);
  }

  batch(images: readonly ImageInput[], options: ProcessOptions = {}, call: UploadOptions = {}): Promise<BatchResult> {
    const form = new FormData();
    for (const [name, value] of Object.entries(options)) form.append(name, String(value));
    for (const image of images) form.append('images', blobOf(image));
    return this.#request('POST', '/api/v1/ocr/batch', { body: form, ...call });
  }

  job(id: string, call: CallOptions = {}): Promise<Job> {
    return this.#request('GET', `/api/v1/ocr/jobs/${id}`, call);
  }

  cancelJob(id: string, call: CallOptions = {}): Promise<Job> {
    return this.#request('DELETE', `/api/v1/ocr/jobs/${id}`, call);
  }

  /** Live events of one job or of the shop; connects again and resumes until the signal aborts. */
  events(_query: { jobId?: string; since?: string } = {}, _call: CallOptions = {}): AsyncIterable<EventMessage> {
    throw new Error('not yet');
  }

  result(id: string, call: CallOptions = {}): Promise<OcrResult> {
    return this.#request('GET', `/api/v1/ocr/results/${id}`, call);
  }

  /** A stored result in another format, as text. */
  async exportResult(id: string, format: ExportFormat, call: CallOptions = {}): Promise<string> {
    const response = await this.#fetch('GET', `/api/v1/ocr/results/${id}?format=${format}`, call);
    return response.text();
  }

  results(query: ResultsQueryInput = {}, call: CallOptions = {}): Promise<ResultsPage> {
    return this.#request('GET', `/api/v1/ocr/results${search(query)}`, call);
  }

  correct(id: string, fields: Corrections, call: UploadOptions = {}): Promise<OcrResult> {
    return this.#request('POST', `/api/v1/ocr/results/${id}/corrections`, { json: { fields }, ...call });
  }

  addReceipt(image: ImageInput, options: { purchase_date?: string } = {}, call: UploadOptions = {}): Promise<Receipt> {
    return this.#upload('/api/v1/receipts', image, options, call);
  }

  receipts(query: ReceiptsQueryInput = {}, call: CallOptions = {}): Promise<ReceiptsPage> {
    return this.#request('GET', `/api/v1/receipts${search(query)}`, call);
  }

  receipt(id: string, call: CallOptions = {}): Promise<Receipt> {
    return this.#request('GET', `/api/v1/receipts/${id}`, call);
  }

  retryReceipt(id: string, call: UploadOptions = {}): Promise<Receipt> {
    return this.#request('POST', `/api/v1/receipts/${id}/ocr/retry`, call);
  }

  processAllReceipts(limit?: number, call: UploadOptions = {}): Promise<ProcessAll> {
    return this.#request('POST', `/api/v1/receipts/ocr/process-all${search({ limit })}`, call);
  }

  receiptsQueueStatus(call: CallOptions = {}): Promise<Extract<QueueStatus, { total_tracked: number }>> {
    return this.#request('GET', '/api/v1/receipts/ocr/queue-status', call);
  }

  /** The original, without its metadata. */
  async image(sha256: string, call: CallOptions = {}): Promise<Blob> {
    return (await this.#fetch('GET', `/api/v1/images/${sha256}`, call)).blob();
  }

  health(call: CallOptions = {}): Promise<Health> {
    return this.#request('GET', '/api/v1/health', call);
  }

  metrics(call: CallOptions = {}): Promise<Metrics> {
    return this.#request('GET', '/api/v1/metrics', call);
  }

  async #upload<T>(path: string, image: ImageInput, options: object, call: UploadOptions): Promise<T> {
    const body = blobOf(image);
    const answer = await this.#request<T>('POST', path + search(options), { body, ...call });
    call.onUploadProgress?.({ loaded: body.size, total: body.size });
    return answer;
  }

  async #request<T>(method: string, path: string, sent: Sent): Promise<T> {
    const response = await this.#fetch(method, path, sent);
    return ((await response.json()) as { data: T }).data;
  }

  async #fetch(method: string, path: string, { body, json, idempotencyKey, signal }: Sent): Promise<Response> {
    const { baseUrl, token, fetch: send = fetch } = this.#options;
    const headers: Record<string, string> = {
      authorization: `Bearer ${typeof token === 'string' ? token : await token()}`,
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(body instanceof Blob && { 'content-type': body.type || 'application/octet-stream' }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    };
    const response = await send(new URL(path, baseUrl), {
      method,
      headers,
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      signal: signal ?? null,
    });
    if (response.ok) return response;
    const { error } = (await response.json()) as { error: ErrorBody };
    const retryAfter = Number(response.headers.get('retry-after')) || undefined;
    throw new ApiError(error, response.status, retryAfter);
  }
}

interface Sent extends UploadOptions {
  readonly body?: Blob | FormData;
  readonly json?: unknown;
}

function blobOf(image: ImageInput): Blob {
  return image instanceof Blob ? image : new Blob([image as Uint8Array<ArrayBuffer>]);
}

function search(values: object): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}
