import type { z } from 'zod';
import type { asyncOptionsSchema, BatchResult, jobAcceptedSchema, jobSchema } from '../contract/jobs.ts';
import type { ocrOptionsSchema } from '../contract/options.ts';
import type { receiptsQuerySchema } from '../contract/receipts.ts';
import type { OcrResult } from '../contract/result.ts';
import type { resultsPageSchema, resultsQuerySchema } from '../contract/results.ts';
import type { RetryPolicy } from './retry.ts';
import type { ShrinkOptions } from './shrink-image.ts';
import type { UploadProgress } from './upload-body.ts';

export type ImageInput = Blob | Uint8Array;
export type ProcessOptions = z.input<typeof ocrOptionsSchema>;
export type AsyncProcessOptions = z.input<typeof asyncOptionsSchema>;
export type ResultsQueryInput = z.input<typeof resultsQuerySchema>;
export type ResultsPage = z.infer<typeof resultsPageSchema>;
export type ReceiptsQueryInput = z.input<typeof receiptsQuerySchema>;
export type JobAccepted = z.infer<typeof jobAcceptedSchema>;
export type Job = z.infer<typeof jobSchema>;
export type { BatchResult, OcrResult };
export type ExportFormat = 'json' | 'csv' | 'text' | 'hocr';

/** SHA-256 of the bytes, where the platform's own is not there. */
export type Digest = (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer | Uint8Array>;

export interface ClientOptions {
  /** Origin of the edge, such as https://ocr.example.org. */
  readonly baseUrl: string;
  /** The access token, or what gets a current one; asked again, with the token that was refused, after UNAUTHORIZED. */
  readonly token: string | ((refused?: string) => string | Promise<string>);
  readonly fetch?: typeof fetch;
  /** For React Native, which has no Web Crypto: without it no hash is looked up, and every image is sent. */
  readonly digest?: Digest;
  /** Milliseconds until an attempt is given up; what is uploaded gets a second more for each 16 KB. 60,000 by default. */
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** Ask by hash before an image is sent. false: never. */
  readonly hashFirst?: false | HashFirstOptions;
  /** Scale large photos down where a canvas exists. false: send what is given. */
  readonly shrink?: false | Partial<ShrinkOptions>;
  readonly events?: Partial<EventOptions>;
}

export interface HashFirstOptions {
  /** Below this an upload costs less than the round trip it may save. 49,152 by default. */
  readonly minBytes?: number;
}

export interface EventOptions {
  /** By default WebSocket where fetch cannot read an answer while it comes, as in React Native. */
  readonly via: 'fetch' | 'websocket';
  /** Silence after which the connection counts as dead; the service says something every 15 s. 45,000 by default. */
  readonly silenceMs: number;
  /** Pauses before connecting again: exponential from the first to the second, with full jitter. 500 and 30,000. */
  readonly reconnectMs: number;
  readonly reconnectMaxMs: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface UploadOptions extends CallOptions {
  /** Of your own, to repeat the call later, after a restart too; else one is made where a repeat would do harm. */
  readonly idempotencyKey?: string;
  /**
   * Bytes that have left, of the whole; at least once at the end, also when nothing had to be sent. Begins anew when the
   * upload is repeated.
   */
  readonly onUploadProgress?: UploadProgress;
  /** false: exactly these bytes, whatever the client's own option says. */
  readonly shrink?: false;
}

/** How far a job is. */
export interface JobProgress {
  readonly jobId: string;
  readonly status: Job['status'];
  /** 0 to 100. */
  readonly progress: number;
  /** What it does, such as recognise. */
  readonly step?: string;
  /** Jobs that are begun before it, while it is queued. */
  readonly queuePosition?: number;
}

export interface WaitOptions extends CallOptions {
  readonly onProgress?: (progress: JobProgress) => void;
}
