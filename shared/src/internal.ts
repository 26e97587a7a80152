/**
 * The wire between edge and node. The edge vouches for one request with a short-lived token that is bound to
 * the method, the path and the body, so a captured token cannot be used for anything else.
 */
import { z } from 'zod';
import { accessClaimsSchema } from './access.ts';

export const INTERNAL_TOKEN_ISSUER = 'edge-ocr/edge';
export const INTERNAL_TOKEN_AUDIENCE = 'edge-ocr/node';
export const INTERNAL_TOKEN_ALGORITHM = 'HS256';
export const INTERNAL_TOKEN_LIFETIME_SECONDS = 60;
/** HS256 keys shorter than the hash weaken it (RFC 7518 §3.2). */
export const INTERNAL_SECRET_MIN_BYTES = 32;

/** SHA-256 of an empty body in hex, for requests without one. */
export const EMPTY_BODY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** In lower-case hex, as everything here writes it: one image, one spelling, one cache key. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

export const internalClaimsSchema = accessClaimsSchema.extend({
  request_id: z.string().min(1).max(100),
  method: z.string(),
  /** Path and query exactly as sent. */
  target: z.string(),
  body_sha256: sha256Schema,
  /** The result's id, made by the edge: who asks again under it, at whatever node, gets the same result. */
  job_id: z.uuidv7().optional(),
  /** Until when a connection that this request opens may last, in seconds since the epoch; no other request has it. */
  connected_until: z.int().min(0).optional(),
});
export type InternalClaims = z.infer<typeof internalClaimsSchema>;

export const HEADER = {
  requestId: 'x-request-id',
  traceparent: 'traceparent',
  modelVersion: 'x-model-version',
  /** Absolute deadline of the request in milliseconds since the epoch. */
  deadline: 'x-deadline',
  /** `true` on the answers of a node that takes no new work. */
  draining: 'x-draining',
  idempotencyKey: 'idempotency-key',
  /** `true` on an answer that was given before, under the same key. */
  idempotencyReplayed: 'idempotency-replayed',
} as const;
