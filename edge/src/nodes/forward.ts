import type { Principal } from '@edge-ocr/shared/access';
import { type Answer, resultAnswer } from '@edge-ocr/shared/cache/answer';
import type { AnswerKey } from '@edge-ocr/shared/cache/answer-key';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import { type ImageFormat, MEDIA_TYPES } from '@edge-ocr/shared/image-format';
import { EMPTY_BODY_SHA256, HEADER } from '@edge-ocr/shared/internal';
import { uuidV7 } from '@edge-ocr/shared/uuid-v7';
import type { Config } from '../config.ts';
import { sha256Hex } from '../digest.ts';
import type { AnswerHeaders } from '../security-headers.ts';
import { callNode, type NodeMethod, type NodeReply } from './call-node.ts';
import { connectNode } from './connect-node.ts';
import { signInternalToken } from './internal-token.ts';
import { versionIn } from './model-version.ts';
import { readReply } from './read-reply.ts';
import type { PoolConfig } from './registry.ts';

/** What the edge knows of a request when it vouches for it. */
export interface Vouching {
  readonly config: PoolConfig & Pick<Config, 'internalKey'>;
  readonly principal: Principal;
  readonly requestId: string;
  readonly traceparent: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Of a POST; checked already. The node answers for it. */
  readonly idempotencyKey?: string | undefined;
  /** Told when the answer is one that was given before under the key. */
  readonly answerHeaders?: AnswerHeaders;
}

export interface ImageToRead {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly format: ImageFormat;
  readonly options: OcrOptions;
}

/** RFC 7240: a node that is busy is to say so, for another may be free. */
const RATHER_BUSY = { Prefer: 'wait' };

/**
 * Has a node read the image: the bare bytes as the body, the options in the query.
 * @param mayQueue whether a job may be made of it when all nodes that were asked are busy.
 * @throws OcrError NETWORK_ERROR or TIMEOUT when no node answered; what a node answered is returned, failures too.
 */
export async function forwardImage(image: ImageToRead, by: Vouching, mayQueue = false): Promise<NodeAnswer> {
  const { bytes, sha256, format, options } = image;
  const body = { bytes, sha256, mediaType: MEDIA_TYPES[format] };
  // Made here, so that whichever node is asked keeps the result under the same id, and only one of them does.
  const repeatable = { jobId: uuidV7(), hedged: bytes.byteLength <= by.config.pool.hedgeMaxImageBytes };
  const query = queryOf(options);
  // A second request under the key would be another one: so the node that is asked makes the job itself.
  if (by.idempotencyKey !== undefined) {
    const headers = mayQueue ? {} : RATHER_BUSY;
    return answerIn(await callVouched('POST', `/api/v1/ocr/process?${query}`, by, { body, repeatable, headers }));
  }
  const now = await callVouched('POST', `/api/v1/ocr/process?${query}`, by, { body, repeatable, headers: RATHER_BUSY });
  const answered = answerIn(now);
  const isBusy = answered.answer.kind === 'failure' && answered.answer.error.code === 'OVERLOADED';
  if (!isBusy || !mayQueue) return answered;
  const queued = readReply(await callVouched('POST', `/api/v1/ocr/process/async?${query}`, by, { body, repeatable }));
  // Where not even a job is taken in, that the pool is busy is the answer.
  if ('error' in queued) return answered;
  return { answer: answerOf(202, queued.data), modelVersion: null, cache: 'miss', replayed: false };
}

/** What a client asked for, to be asked of a node as it is. */
export interface Forwarded {
  readonly method: NodeMethod;
  /** Path and query. */
  readonly target: string;
  readonly body?: { readonly bytes: Uint8Array; readonly mediaType: string };
  /**
   * Under which the node keeps what it makes of the body. With it, as for GET and DELETE, a second node may be asked when
   * the first does not answer.
   */
  readonly jobId?: string;
  /** More for the node. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** @returns the reply as the node gave it, failures too. @throws OcrError NETWORK_ERROR, TIMEOUT */
export async function forwardRequest(
  { method, target, body, jobId, headers }: Forwarded,
  by: Vouching,
): Promise<NodeReply> {
  return await callVouched(method, target, by, {
    ...(body && { body: { ...body, sha256: await sha256Hex(body.bytes) } }),
    ...(jobId && { repeatable: { jobId, hedged: false } }),
    ...(headers && { headers }),
  });
}

/**
 * Asks a node whether the shop has a result of its model version for this image and these options.
 * @throws OcrError NETWORK_ERROR or TIMEOUT when no node answered; that there is none is a failure that is returned.
 */
export async function forwardByHash({ sha256, options }: AnswerKey, by: Vouching): Promise<NodeAnswer> {
  return answerIn(await callVouched('GET', `/api/v1/ocr/results/by-hash/${sha256}?${queryOf(options)}`, by));
}

/** What a node answered, and the model version that it said it has. */
export interface NodeAnswer {
  readonly answer: Answer;
  readonly modelVersion: string | null;
  /** Whether it was read before: a node looks by itself when the caches were passed by. */
  readonly cache: 'hit' | 'miss';
  /** Whether it is as old as its Idempotency-Key. */
  readonly replayed: boolean;
}

function answerIn(reply: NodeReply): NodeAnswer {
  const outcome = readReply(reply);
  return {
    answer: 'error' in outcome ? { kind: 'failure', error: outcome.error } : answerOf(reply.status, outcome.data),
    modelVersion: versionIn(reply.headers.get(HEADER.modelVersion)),
    cache: 'data' in outcome && outcome.data.cache === 'hit' ? 'hit' : 'miss',
    replayed: isReplayed(reply),
  };
}

function answerOf(status: number, data: Record<string, unknown>): Answer {
  return status === 202 ? { kind: 'job', json: JSON.stringify(data) } : resultAnswer(data);
}

/** Whether the node gave this answer before, under the same Idempotency-Key. */
export function isReplayed(reply: NodeReply): boolean {
  return reply.headers.get(HEADER.idempotencyReplayed) === 'true';
}

/** OCR options as a node reads them. */
export function queryOf({ type, confidence_threshold, extract_barcodes, language }: OcrOptions): URLSearchParams {
  return new URLSearchParams({
    type,
    confidence_threshold: String(confidence_threshold),
    extract_barcodes: String(extract_barcodes),
    language,
  });
}

/** Asks a node for what it keeps or counts. @throws OcrError NETWORK_ERROR, TIMEOUT */
export async function forwardGet(target: string, by: Vouching): Promise<NodeReply> {
  return await callVouched('GET', target, by);
}

/**
 * Has a node take in what the edge tells it. A second node may be told the same: it has to be something that does no harm twice.
 * @throws OcrError NETWORK_ERROR, TIMEOUT
 */
export async function forwardJson(target: string, json: unknown, by: Vouching): Promise<NodeReply> {
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  const body = { bytes, sha256: await sha256Hex(bytes), mediaType: 'application/json' };
  return await callVouched('POST', target, by, { body, repeatable: { hedged: false } });
}

/**
 * Opens a stream of events at a node: server-sent events, or a WebSocket where the client asks for one.
 * @param until when it ends at the latest, in milliseconds since the epoch.
 * @throws OcrError as a node gave it; NETWORK_ERROR, TIMEOUT
 */
export async function forwardConnection(
  target: string,
  { until, upgrade }: { readonly until: number; readonly upgrade: boolean },
  by: Vouching,
): Promise<Response> {
  const { principal, requestId } = by;
  const connectedUntil = Math.floor(until / 1000);
  const vouched = {
    principal,
    requestId,
    method: 'GET',
    target,
    bodySha256: EMPTY_BODY_SHA256,
    connectedUntil,
  } as const;
  return await connectNode(by.config, {
    target,
    headers: {
      [HEADER.requestId]: requestId,
      [HEADER.traceparent]: by.traceparent,
      ...(upgrade && { Upgrade: 'websocket' }),
    },
    authorize: async () => `Bearer ${await signInternalToken(vouched, by.config.internalKey)}`,
    deadline: by.deadline,
  });
}

export interface Body {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly mediaType: string;
}

/** What makes a POST one that two nodes may be asked for. */
interface Repeatable {
  /** Given where the node keeps what it makes of the body. */
  readonly jobId?: string;
  readonly hedged: boolean;
  /** In the place of the request's, for a node that has to be done a little before it. */
  readonly deadline?: number;
}

export interface Vouched {
  readonly body?: Body;
  readonly repeatable?: Repeatable;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request to the pool, in the client's name. @throws OcrError NETWORK_ERROR, TIMEOUT */
export async function callVouched(
  method: NodeMethod,
  target: string,
  by: Vouching,
  { body, repeatable, headers }: Vouched = {},
): Promise<NodeReply> {
  const { principal, requestId } = by;
  const bodySha256 = body?.sha256 ?? EMPTY_BODY_SHA256;
  const idempotencyKey = method === 'POST' ? by.idempotencyKey : undefined;
  // By this id a node knows a second attempt at the request that has the key from a second request.
  const jobId = repeatable?.jobId ?? (idempotencyKey === undefined ? undefined : uuidV7());
  const vouched = { principal, requestId, method, target, bodySha256, jobId } as const;
  const reply = await callNode(by.config, {
    method,
    target,
    headers: {
      ...headers,
      [HEADER.requestId]: requestId,
      [HEADER.traceparent]: by.traceparent,
      [HEADER.deadline]: String(repeatable?.deadline ?? by.deadline),
      ...(body && { 'Content-Type': body.mediaType }),
      ...(idempotencyKey !== undefined && { [HEADER.idempotencyKey]: idempotencyKey }),
    },
    authorize: async () => `Bearer ${await signInternalToken(vouched, by.config.internalKey)}`,
    ...(body && { body: body.bytes }),
    deadline: by.deadline,
    idempotent: method !== 'POST' || repeatable !== undefined || idempotencyKey !== undefined,
    hedged: repeatable?.hedged ?? false,
  });
  if (isReplayed(reply)) by.answerHeaders?.set('Idempotency-Replayed', 'true');
  return reply;
}
