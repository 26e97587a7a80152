/** One request after the other, over HTTP: token, deadline, tries, and what the answer says. */
import { abortReason, startDeadline, throwIfAborted } from './abort.ts';
import { ApiError, connectionFailed, tookTooLong } from './api-error.ts';
import { parseBaseUrl } from './base-url.ts';
import type { ClientOptions } from './client-options.ts';
import { readFailure } from './read-answer.ts';
import { DEFAULT_RETRY, type RetryPolicy, withRetries } from './retry.ts';
import { type UploadProgress, uploadBody } from './upload-body.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

export interface Sent {
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Of the body. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string | undefined;
  readonly onUploadProgress?: UploadProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 60_000;
/** A body gets time beyond the timeout, as if it went no faster than this. */
const SLOWEST_BYTES_PER_MS = 16;

export class Transport {
  readonly baseUrl: string;
  readonly #options: ClientOptions;
  readonly #retry: RetryPolicy;

  /** @throws TypeError when baseUrl is none. */
  constructor(options: ClientOptions) {
    this.baseUrl = parseBaseUrl(options.baseUrl);
    this.#options = options;
    this.#retry = { ...DEFAULT_RETRY, ...options.retry };
  }

  /** Tries until it succeeds, is refused for good, or has been tried often enough. @throws ApiError */
  request<T>(method: Method, path: string, sent: Sent, read: (response: Response) => Promise<T>): Promise<T> {
    return this.repeat(sent.signal, () => this.once(method, path, sent, read));
  }

  /** @param attempt told how often it was tried before. */
  repeat<T>(signal: AbortSignal | undefined, attempt: (before: number) => Promise<T>): Promise<T> {
    return withRetries(this.#retry, signal, attempt);
  }

  /** A single try, but for a token that has expired. @throws ApiError */
  async once<T>(method: Method, path: string, sent: Sent, read: (response: Response) => Promise<T>): Promise<T> {
    const token = await this.#token();
    try {
      return await this.#attempt(method, path, { ...sent, token }, read);
    } catch (error) {
      const isExpired = error instanceof ApiError && error.code === 'UNAUTHORIZED';
      if (!isExpired || typeof this.#options.token === 'string') throw error;
      return await this.#attempt(method, path, { ...sent, token: await this.#token(token) }, read);
    }
  }

  async #token(refused?: string): Promise<string> {
    const { token } = this.#options;
    return typeof token === 'string' ? token : await token(refused);
  }

  async #attempt<T>(
    method: Method,
    path: string,
    sent: Sent & { readonly token: string },
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    throwIfAborted(sent.signal);
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const allowedMs = timeoutMs + Math.ceil((sent.body?.byteLength ?? 0) / SLOWEST_BYTES_PER_MS);
    const deadline = startDeadline(sent.signal, allowedMs);
    try {
      const response = await this.#send(method, path, sent, deadline.signal);
      if (!response.ok) throw await readFailure(response);
      return await read(response);
    } catch (error) {
      if (sent.signal?.aborted) throw abortReason(sent.signal);
      if (deadline.isOver()) throw tookTooLong(allowedMs);
      throw error instanceof ApiError ? error : connectionFailed(error);
    } finally {
      deadline.release();
    }
  }

  /** As fetch does, without its tries; the signal goes for the body too. */
  #send(method: Method, path: string, sent: Sent & { readonly token: string }, signal: AbortSignal): Promise<Response> {
    const { fetch: own } = this.#options;
    // Not a method of ours: browsers refuse a fetch that is called on another object.
    const send = own ?? fetch;
    const { body, mediaType, idempotencyKey, onUploadProgress, token } = sent;
    const headers: Record<string, string> = {
      authorization: `Bearer ${token}`,
      ...sent.headers,
      ...(mediaType && { 'content-type': mediaType }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    };
    const url = this.baseUrl + path;
    if (body === undefined || !onUploadProgress) return send(url, { method, headers, body: body ?? null, signal });
    return uploadBody({ url, headers, body, signal, onProgress: onUploadProgress }, send, own !== undefined);
  }
}
