import type { Principal } from '@edge-ocr/shared/access';
import { type Answer, resultAnswer } from '@edge-ocr/shared/cache/answer';
import type { AnswerKey } from '@edge-ocr/shared/cache/answer-key';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import { type ImageFormat, MEDIA_TYPES } from '@edge-ocr/shared/image-format';
import { EMPTY_BODY_SHA256, HEADER } from '@edge-ocr/shared/internal';
import { uuidV7 } from '@edge-ocr/shared/uuid-v7';
import type { Config } from '../config.ts';
import { sha256Hex } from '../digest.ts';
import { callNode, type NodeReply } from './call-node.ts';
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
}

export interface ImageToRead {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly format: ImageFormat;
  readonly options: OcrOptions;
}

/**
 * Has a node read the image: the bare bytes as the body, the options in the query.
 * @throws OcrError NETWORK_ERROR or TIMEOUT when no node answered; what a node answered is returned, failures too.
 */
export async function forwardImage(image: ImageToRead, by: Vouching): Promise<NodeAnswer> {
  const { bytes, sha256, format, options } = image;
  const body = { bytes, sha256, mediaType: MEDIA_TYPES[format] };
  // Made here, so that whichever node is asked keeps the result under the same id, and only one of them does.
  const repeatable = { jobId: uuidV7(), hedged: bytes.byteLength <= by.config.pool.hedgeMaxImageBytes };
  return answerIn(await callVouched(`/api/v1/ocr/process?${queryOf(options)}`, by, body, repeatable));
}

/**
 * Asks a node whether the shop has a result of its model version for this image and these options.
 * @throws OcrError NETWORK_ERROR or TIMEOUT when no node answered; that there is none is a failure that is returned.
 */
export async function forwardByHash({ sha256, options }: AnswerKey, by: Vouching): Promise<NodeAnswer> {
  return answerIn(await callVouched(`/api/v1/ocr/results/by-hash/${sha256}?${queryOf(options)}`, by));
}

/** What a node answered, and the model version that it said it has. */
export interface NodeAnswer {
  readonly answer: Answer;
  readonly modelVersion: string | null;
}

function answerIn(reply: NodeReply): NodeAnswer {
  const outcome = readReply(reply);
  return {
    answer: 'error' in outcome ? { kind: 'failure', error: outcome.error } : resultAnswer(outcome.data),
    modelVersion: versionIn(reply.headers.get(HEADER.modelVersion)),
  };
}

function queryOf({ type, confidence_threshold, extract_barcodes, language }: OcrOptions): URLSearchParams {
  return new URLSearchParams({
    type,
    confidence_threshold: String(confidence_threshold),
    extract_barcodes: String(extract_barcodes),
    language,
  });
}

/** Asks a node for what it keeps or counts. @throws OcrError NETWORK_ERROR, TIMEOUT */
export async function forwardGet(target: string, by: Vouching): Promise<NodeReply> {
  return await callVouched(target, by);
}

/**
 * Has a node take in what the edge tells it. A second node may be told the same: it has to be something that does no harm twice.
 * @throws OcrError NETWORK_ERROR, TIMEOUT
 */
export async function forwardJson(target: string, json: unknown, by: Vouching): Promise<NodeReply> {
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  const body = { bytes, sha256: await sha256Hex(bytes), mediaType: 'application/json' };
  return await callVouched(target, by, body, { hedged: false });
}

interface Body {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly mediaType: string;
}

/** What makes a POST one that two nodes may be asked for. */
interface Repeatable {
  /** Given where the node keeps what it makes of the body. */
  readonly jobId?: string;
  readonly hedged: boolean;
}

async function callVouched(target: string, by: Vouching, body?: Body, repeatable?: Repeatable): Promise<NodeReply> {
  const method = body ? 'POST' : 'GET';
  const { principal, requestId } = by;
  const bodySha256 = body?.sha256 ?? EMPTY_BODY_SHA256;
  const vouched = { principal, requestId, method, target, bodySha256, jobId: repeatable?.jobId } as const;
  return await callNode(by.config, {
    method,
    target,
    headers: {
      [HEADER.requestId]: requestId,
      [HEADER.traceparent]: by.traceparent,
      [HEADER.deadline]: String(by.deadline),
      ...(body && { 'Content-Type': body.mediaType }),
    },
    authorize: async () => `Bearer ${await signInternalToken(vouched, by.config.internalKey)}`,
    ...(body && { body: body.bytes }),
    deadline: by.deadline,
    idempotent: method === 'GET' || repeatable !== undefined,
    hedged: repeatable?.hedged ?? false,
  });
}
