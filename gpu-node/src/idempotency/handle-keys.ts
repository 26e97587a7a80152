/** `Idempotency-Key` on every POST of an instance: the same request is answered once, however often it comes. */
import { ERROR_CATALOGUE, OcrError } from '@edge-ocr/shared/errors';
import { parseIdempotencyKey } from '@edge-ocr/shared/idempotency';
import { HEADER } from '@edge-ocr/shared/internal';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { principalOfRequest } from '../auth/internal-token.ts';
import type { Queryable } from '../persist/database.ts';
import {
  claimKey,
  completeKey,
  type HeldKey,
  type KeptAnswer,
  type KeyTimes,
  releaseKey,
} from '../persist/idempotency-keys.ts';
import { newJobId } from '../persist/job-id.ts';
import { requestHash } from './request-hash.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Held while a request with an Idempotency-Key is processed. */
    heldKey: HeldKey | null;
  }
}

/** Of an answer, what a client or the edge goes by; the others belong to one request. */
const KEPT_HEADERS = ['content-type', 'location', HEADER.modelVersion] as const;
/** A second later most readings are done. */
const RETRY_AFTER_SECONDS = 1;

/** Register after requireInternalToken: the body has been checked by then, and it is known who asks. */
export function handleIdempotencyKeys(app: FastifyInstance, db: Queryable, times: KeyTimes): void {
  app.decorateRequest('heldKey', null);

  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return;
    const key = parseIdempotencyKey(request.headers[HEADER.idempotencyKey]);
    if (key === undefined) return;
    const claim = await claimKey(db, keyRequestOf(request, key), times);
    if (claim.kind === 'another request') throw usedForAnother();
    if (claim.kind === 'in progress') throw stillInProgress();
    if (claim.kind === 'answered') return replay(reply, claim.answer);
    request.heldKey = claim.held;
    // A result that the first attempt kept before it died is found under its id, and not kept twice.
    request.claims = { ...request.claims!, job_id: claim.held.jobId };
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const held = request.heldKey;
    if (!held) return;
    request.heldKey = null;
    const settling =
      isToBeKept(reply.statusCode) && typeof payload === 'string'
        ? completeKey(db, held, { status: reply.statusCode, headers: headersOf(reply), body: payload })
        : releaseKey(db, held);
    // The work is done: its answer goes out whether or not it could be kept. The key is free again after its lock.
    await settling.catch((err) => request.log.warn({ err }, 'an Idempotency-Key could not be settled'));
  });
}

/**
 * Whether this request came with a key. Such a request passed by the caches of the edge, because another body under the
 * same key has to be noticed.
 */
export function hasIdempotencyKey(request: FastifyRequest): boolean {
  return request.heldKey !== null;
}

/** Let a repeat under the same key be processed anew, though this answer says success. */
export async function forgetAnswer(request: FastifyRequest, db: Queryable): Promise<void> {
  const held = request.heldKey;
  request.heldKey = null;
  if (held) await releaseKey(db, held);
}

function keyRequestOf(request: FastifyRequest, key: string) {
  const { body_sha256: bodySha256, job_id: jobId = newJobId() } = request.claims!;
  const { shopId } = principalOfRequest(request);
  return {
    shopId,
    key,
    requestHash: requestHash({ method: request.method, target: request.url, bodySha256 }),
    jobId,
  };
}

function replay(reply: FastifyReply, { status, headers, body }: KeptAnswer): FastifyReply {
  return reply.status(status).headers(headers).header(HEADER.idempotencyReplayed, 'true').send(body);
}

/** What may go better the next time, or conflicted with a state that passes, is not the request's answer for good. */
function isToBeKept(status: number): boolean {
  const { TIMEOUT, CONFLICT, RATE_LIMITED } = ERROR_CATALOGUE;
  const passing: readonly number[] = [TIMEOUT.status, CONFLICT.status, RATE_LIMITED.status];
  return status < 500 && !passing.includes(status);
}

function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
}

function usedForAnother(): OcrError {
  return new OcrError('CONFLICT', { message: 'This Idempotency-Key was used for another request' });
}

function stillInProgress(): OcrError {
  return new OcrError('CONFLICT', {
    message: 'A request with this Idempotency-Key is still being processed',
    suggestion: 'Send the same request with the same key again after the time in Retry-After.',
    details: { in_progress: true },
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
