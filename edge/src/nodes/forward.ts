import type { Principal } from '@edge-ocr/shared/access';
import type { OcrOptions } from '@edge-ocr/shared/contract/options';
import { type ImageFormat, MEDIA_TYPES } from '@edge-ocr/shared/image-format';
import { EMPTY_BODY_SHA256, HEADER } from '@edge-ocr/shared/internal';
import type { Answer } from '../cache/answer.ts';
import type { Config } from '../config.ts';
import { callNode, type NodeReply } from './call-node.ts';
import { signInternalToken } from './internal-token.ts';
import { versionIn } from './model-version.ts';
import { readReply } from './read-reply.ts';

/** What the edge knows of a request when it vouches for it. */
export interface Vouching {
  readonly config: Pick<Config, 'nodeUrls' | 'internalKey'>;
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
export async function forwardImage(
  image: ImageToRead,
  by: Vouching,
): Promise<{ answer: Answer; modelVersion: string | null }> {
  const { type, confidence_threshold, extract_barcodes, language } = image.options;
  const query = new URLSearchParams({
    type,
    confidence_threshold: String(confidence_threshold),
    extract_barcodes: String(extract_barcodes),
    language,
  });
  const reply = await callVouched(`/api/v1/ocr/process?${query}`, by, image);
  const outcome = readReply(reply);
  return {
    answer: 'error' in outcome ? { kind: 'failure', error: outcome.error } : { kind: 'result', data: outcome.data },
    modelVersion: versionIn(reply.headers.get(HEADER.modelVersion)),
  };
}

/** Asks a node for what it keeps or counts. @throws OcrError NETWORK_ERROR, TIMEOUT */
export async function forwardGet(target: string, by: Vouching): Promise<NodeReply> {
  return await callVouched(target, by);
}

async function callVouched(target: string, by: Vouching, image?: ImageToRead): Promise<NodeReply> {
  const method = image ? 'POST' : 'GET';
  const { principal, requestId } = by;
  const bodySha256 = image?.sha256 ?? EMPTY_BODY_SHA256;
  const token = await signInternalToken({ principal, requestId, method, target, bodySha256 }, by.config.internalKey);
  return await callNode(by.config.nodeUrls, {
    method,
    target,
    headers: {
      Authorization: `Bearer ${token}`,
      [HEADER.requestId]: requestId,
      [HEADER.traceparent]: by.traceparent,
      [HEADER.deadline]: String(by.deadline),
      ...(image && { 'Content-Type': MEDIA_TYPES[image.format] }),
    },
    ...(image && { body: image.bytes }),
    deadline: by.deadline,
  });
}
