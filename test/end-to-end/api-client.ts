/** What a client of the API does, over HTTP alone. */
import { readFile } from 'node:fs/promises';
import { errorEnvelopeSchema } from '@edge-ocr/shared/contract/envelope';
import { type OcrResult, ocrResultSchema } from '@edge-ocr/shared/contract/result';
import type { ErrorEnvelope } from '@edge-ocr/shared/errors';
import { fixturePath } from '../fixtures/truth.ts';

const TIMEOUT_MS = 60_000;
export const PROCESS_PATH = '/api/v1/ocr/process';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Send a request; the body of the answer as JSON, or null when it has none. */
export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

export class ApiClient {
  readonly #edgeUrl: string;
  readonly #token: string | null;

  /** @param token null sends none. */
  constructor(edgeUrl: string, token: string | null) {
    this.#edgeUrl = edgeUrl;
    this.#token = token;
  }

  send(path: string, init: RequestInit = {}): Promise<Answer> {
    const authorization = this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
    return call(this.#edgeUrl + path, { ...init, headers: { ...authorization, ...init.headers } });
  }

  /** The beginning of an answer that does not end by itself; its body is not read. */
  async open(path: string): Promise<Answer> {
    const headers = this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
    const response = await fetch(this.#edgeUrl + path, { headers });
    await response.body?.cancel();
    return { status: response.status, headers: response.headers, body: null };
  }

  /** The bare file as the body, options in the query. */
  postFile(bytes: Uint8Array, options: Record<string, string> = {}, mediaType = 'image/jpeg'): Promise<Answer> {
    const headers = { 'content-type': mediaType };
    return this.send(`${PROCESS_PATH}?${new URLSearchParams(options)}`, { method: 'POST', headers, body: copy(bytes) });
  }

  /** A multipart form; an array sends the field several times. */
  postForm(fields: Record<string, string | Uint8Array | readonly Uint8Array[]>): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'string') form.append(name, value);
      else
        for (const bytes of Array.isArray(value) ? value : [value])
          form.append(name, new Blob([copy(bytes)]), 'photo.jpg');
    }
    return this.send(PROCESS_PATH, { method: 'POST', body: form });
  }
}

/** fetch takes no bytes on shared memory, and TypeScript cannot know that these are not. */
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

export function readFixture(name: string): Promise<Buffer> {
  return readFile(fixturePath(name));
}

/** `data` of a success. @throws Error with the whole answer when it is none. */
export function dataOf<T = Record<string, unknown>>(answer: Answer): T {
  const body = answer.body as { success?: boolean; data?: T } | null;
  if (![200, 201, 202].includes(answer.status) || body?.success !== true || body.data === undefined) {
    throw new Error(`not a success: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return body.data;
}

/** `data` of a success, checked against the contract. */
export function resultOf(answer: Answer): OcrResult {
  return ocrResultSchema.parse(dataOf(answer));
}

/** `error` of a failure, checked against the contract. */
export function errorOf(answer: Answer): ErrorEnvelope['error'] {
  return errorEnvelopeSchema.parse(answer.body).error as ErrorEnvelope['error'];
}

/** How many OCR requests the node has taken in. */
export async function nodeRequests(nodeUrl: string): Promise<number> {
  const { total_requests } = dataOf<{ total_requests: number }>(await call(`${nodeUrl}/api/v1/metrics`));
  return total_requests;
}
