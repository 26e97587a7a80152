/**
 * The client of the API, for browsers, React Native, Node and Workers: needs fetch, and Web Crypto or a `digest`. All
 * calls throw ApiError for what the service refuses and for a service that is not reached, and the signal's reason.
 */
import type { Corrections } from '../contract/corrections.ts';
import type { EventMessage } from '../contract/events.ts';
import type { BatchResult } from '../contract/jobs.ts';
import type { Health, Metrics } from '../contract/operations.ts';
import type { ProcessAll, QueueStatus, Receipt, ReceiptsPage } from '../contract/receipts.ts';
import type { OcrResult } from '../contract/result.ts';
import { ApiError } from './api-error.ts';
import { queryOf } from './base-url.ts';
import type {
  AsyncProcessOptions,
  CallOptions,
  ClientOptions,
  EventOptions,
  ExportFormat,
  ImageInput,
  Job,
  JobAccepted,
  ProcessOptions,
  ReceiptsQueryInput,
  ResultsPage,
  ResultsQueryInput,
  UploadOptions,
  WaitOptions,
} from './client-options.ts';
import { type EventSourceOpener, fetchEvents, webSocketEvents } from './event-source.ts';
import { followEvents } from './event-stream.ts';
import { type HashMemory, ImageToSend } from './image-to-send.ts';
import { JobWatcher } from './job-watcher.ts';
import { multipartBody } from './multipart-body.ts';
import { randomKey } from './random-key.ts';
import { readData } from './read-answer.ts';
import { type Method, type Sent, Transport } from './transport.ts';

export { ApiError, type ErrorBody, isConnectionFailure } from './api-error.ts';
export type * from './client-options.ts';

const PROCESS_PATH = '/api/v1/ocr/process';
const RECEIPTS_PATH = '/api/v1/receipts';
const HASH_FIRST_MIN_BYTES = 48 * 1024;
const DEFAULT_EVENTS = { silenceMs: 45_000, reconnectMs: 500, reconnectMaxMs: 30_000 };

export class OcrClient {
  readonly #options: ClientOptions;
  readonly #transport: Transport;
  readonly #hashes: HashMemory = new WeakMap();
  readonly #watcher: JobWatcher;

  /** @throws TypeError when baseUrl is not an origin. */
  constructor(options: ClientOptions) {
    this.#options = options;
    this.#transport = new Transport(options);
    this.#watcher = new JobWatcher({
      job: (id, call) => this.job(id, call),
      result: (id, call) => this.result(id, call),
      events: (signal) => this.events({}, { signal }),
    });
  }

  /**
   * Read an image now. Known images are answered without an upload; a job that was made of it is waited for. Without an
   * idempotencyKey a repeat asks by hash whether the lost try got through: with one it would pass by the edge's cache.
   */
  async process(image: ImageInput, options: ProcessOptions = {}, call: UploadOptions = {}): Promise<OcrResult> {
    const sending = this.#sending(image, call);
    const read = await this.#transport.repeat(call.signal, async (before) => {
      // Of what was sent before it is worth knowing at any size whether it got through.
      const known = await this.#findKnown(sending, options, before > 0, call);
      return known ?? (await this.#readNow(sending, options, call));
    });
    return 'job_id' in read ? await this.waitForJob(read.job_id, call) : read;
  }

  /** Read it later: the job, accepted. */
  processAsync(image: ImageInput, options: AsyncProcessOptions = {}, call: UploadOptions = {}): Promise<JobAccepted> {
    return this.#upload(`${PROCESS_PATH}/async`, this.#sending(image, call), options, call);
  }

  /** Read it as a job, and follow the job to its result. A known image is answered at once, without a job. */
  async readLater(
    image: ImageInput,
    options: AsyncProcessOptions = {},
    call: UploadOptions & WaitOptions = {},
  ): Promise<OcrResult> {
    const sending = this.#sending(image, call);
    const { callback_url, priority, ...reading } = options;
    // Who is to be called back is not called for what is known.
    const look = () => this.#findKnown(sending, reading, false, call);
    const known = callback_url === undefined ? await this.#transport.repeat(call.signal, look) : null;
    if (known) return known;
    const accepted = await this.#upload<JobAccepted>(`${PROCESS_PATH}/async`, sending, options, call);
    call.onProgress?.({
      ...{ jobId: accepted.job_id, status: accepted.status, progress: accepted.progress_percentage },
      queuePosition: accepted.queue_position,
    });
    return await this.waitForJob(accepted.job_id, call);
  }

  /**
   * The result of a job, once it has one. All jobs that are waited for at once share one stream of events.
   * @throws ApiError why it failed, or CONFLICT when it was cancelled.
   */
  waitForJob(id: string, { onProgress, signal }: WaitOptions = {}): Promise<OcrResult> {
    return this.#watcher.wait(id, { ...(onProgress && { onProgress }), ...(signal && { signal }) });
  }

  /** Up to ten images in one request, each with its own outcome. Sent as it is, without looking by hash. */
  async batch(
    images: readonly ImageInput[],
    options: ProcessOptions = {},
    call: UploadOptions = {},
  ): Promise<BatchResult> {
    const sent = await Promise.all(images.map((image) => this.#sending(image, call).sent()));
    const form = multipartBody('images', sent, options, `edge-ocr-${randomKey()}`);
    const answer = await this.#request<BatchResult>('POST', '/api/v1/ocr/batch', { ...form, ...sentBy(call) });
    toldWhole(call, form.body.byteLength);
    return answer;
  }

  job(id: string, call: CallOptions = {}): Promise<Job> {
    return this.#request('GET', `/api/v1/ocr/jobs/${encodeURIComponent(id)}`, call);
  }

  cancelJob(id: string, call: CallOptions = {}): Promise<Job> {
    return this.#request('DELETE', `/api/v1/ocr/jobs/${encodeURIComponent(id)}`, call);
  }

  /**
   * Live events of one job or of the shop; connects again and resumes until the signal aborts, which ends it without an
   * error. After a `reset` events were missed: fetch the state of your jobs.
   */
  events(query: { jobId?: string; since?: string } = {}, { signal }: CallOptions = {}): AsyncIterable<EventMessage> {
    const options = { ...DEFAULT_EVENTS, ...this.#options.events };
    return followEvents(this.#eventSource(options), query, options, signal ?? new AbortController().signal);
  }

  result(id: string, call: CallOptions = {}): Promise<OcrResult> {
    return this.#request('GET', `/api/v1/ocr/results/${encodeURIComponent(id)}`, call);
  }

  /** A stored result in another format, as text. */
  exportResult(id: string, format: ExportFormat, call: CallOptions = {}): Promise<string> {
    const path = `/api/v1/ocr/results/${encodeURIComponent(id)}${queryOf({ format })}`;
    return this.#transport.request('GET', path, call, (response) => response.text());
  }

  results(query: ResultsQueryInput = {}, call: CallOptions = {}): Promise<ResultsPage> {
    return this.#request('GET', `/api/v1/ocr/results${queryOf(query)}`, call);
  }

  correct(id: string, fields: Corrections, call: UploadOptions = {}): Promise<OcrResult> {
    const body = new TextEncoder().encode(JSON.stringify({ fields }));
    const path = `/api/v1/ocr/results/${encodeURIComponent(id)}/corrections`;
    return this.#keyed(path, { body, mediaType: 'application/json', ...sentBy(call) });
  }

  addReceipt(image: ImageInput, options: { purchase_date?: string } = {}, call: UploadOptions = {}): Promise<Receipt> {
    return this.#upload(RECEIPTS_PATH, this.#sending(image, call), options, call);
  }

  receipts(query: ReceiptsQueryInput = {}, call: CallOptions = {}): Promise<ReceiptsPage> {
    return this.#request('GET', RECEIPTS_PATH + queryOf(query), call);
  }

  receipt(id: string, call: CallOptions = {}): Promise<Receipt> {
    return this.#request('GET', `${RECEIPTS_PATH}/${encodeURIComponent(id)}`, call);
  }

  retryReceipt(id: string, call: UploadOptions = {}): Promise<Receipt> {
    return this.#keyed(`${RECEIPTS_PATH}/${encodeURIComponent(id)}/ocr/retry`, sentBy(call));
  }

  processAllReceipts(limit?: number, call: UploadOptions = {}): Promise<ProcessAll> {
    return this.#keyed(`${RECEIPTS_PATH}/ocr/process-all${queryOf({ limit })}`, sentBy(call));
  }

  receiptsQueueStatus(call: CallOptions = {}): Promise<Extract<QueueStatus, { total_tracked: number }>> {
    return this.#request('GET', `${RECEIPTS_PATH}/ocr/queue-status`, call);
  }

  /** The original, without its metadata. */
  image(sha256: string, call: CallOptions = {}): Promise<Blob> {
    const path = `/api/v1/images/${encodeURIComponent(sha256)}`;
    return this.#transport.request('GET', path, call, (response) => response.blob());
  }

  health(call: CallOptions = {}): Promise<Health> {
    return this.#request('GET', '/api/v1/health', call);
  }

  metrics(call: CallOptions = {}): Promise<Metrics> {
    return this.#request('GET', '/api/v1/metrics', call);
  }

  #request<T>(method: Method, path: string, sent: Sent): Promise<T> {
    return this.#transport.request(method, path, sent, (response) => readData<T>(response));
  }

  /** What would have another effect when it is repeated, or undo what came in between. */
  #keyed<T>(path: string, sent: Sent): Promise<T> {
    return this.#request('POST', path, { ...sent, idempotencyKey: sent.idempotencyKey ?? randomKey() });
  }

  #sending(image: ImageInput, { shrink }: UploadOptions): ImageToSend {
    const options = shrink === false ? { ...this.#options, shrink } : this.#options;
    return new ImageToSend(image, options, shrink === false ? new WeakMap() : this.#hashes);
  }

  async #upload<T>(path: string, sending: ImageToSend, options: object, call: UploadOptions): Promise<T> {
    const { bytes, mediaType } = await sending.sent();
    const answer = await this.#keyed<T>(path + queryOf(options), { body: bytes, mediaType, ...sentBy(call) });
    toldWhole(call, bytes.byteLength);
    return answer;
  }

  async #readNow(
    sending: ImageToSend,
    options: ProcessOptions,
    call: UploadOptions,
  ): Promise<OcrResult | { job_id: string }> {
    const { bytes, mediaType } = await sending.sent();
    const sent = { body: bytes, mediaType, ...sentBy(call) };
    const answer = await this.#transport
      .once('POST', PROCESS_PATH + queryOf(options), sent, (response) => readData<OcrResult | JobAccepted>(response))
      .catch(jobOfTimeout);
    toldWhole(call, bytes.byteLength);
    return answer;
  }

  /** One request that is the answer when there is one. @throws ApiError as the image would meet it every time. */
  async #findKnown(
    sending: ImageToSend,
    options: ProcessOptions,
    atAnySize: boolean,
    { signal, onUploadProgress }: UploadOptions,
  ): Promise<OcrResult | null> {
    const { hashFirst = {} } = this.#options;
    if (hashFirst === false) return null;
    if (!atAnySize && sending.givenBytes < (hashFirst.minBytes ?? HASH_FIRST_MIN_BYTES)) return null;
    const sha256 = await sending.sha256();
    if (sha256 === null) return null;
    const path = `/api/v1/ocr/results/by-hash/${sha256}${queryOf(options)}`;
    try {
      const known = await this.#transport.once('GET', path, { signal }, (response) => readData<OcrResult>(response));
      onUploadProgress?.({ loaded: known.image.size_bytes, total: known.image.size_bytes });
      return known;
    } catch (error) {
      // A token that may send and not read is enough to send.
      if (error instanceof ApiError && (error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN')) return null;
      throw error;
    }
  }

  #eventSource({ via, silenceMs }: Partial<EventOptions> & { silenceMs: number }): EventSourceOpener {
    // A fetch of the caller's own, such as Expo's, may stream where the platform's does not.
    const streams = this.#options.fetch !== undefined || 'body' in Response.prototype;
    const byFetch = via === undefined ? streams : via === 'fetch';
    return byFetch ? fetchEvents(this.#transport, silenceMs) : webSocketEvents(this.#transport);
  }
}

/** What goes beside the body. */
function sentBy({ signal, idempotencyKey, onUploadProgress }: UploadOptions): Sent {
  return { signal, idempotencyKey, onUploadProgress };
}

function toldWhole({ onUploadProgress }: UploadOptions, total: number): void {
  onUploadProgress?.({ loaded: total, total });
}

/** Past the deadline the reading goes on as a job, where the service says so. */
function jobOfTimeout(error: unknown): { job_id: string } {
  const job = error instanceof ApiError && error.code === 'TIMEOUT' ? error.details.job_id : undefined;
  if (typeof job === 'string') return { job_id: job };
  throw error;
}
