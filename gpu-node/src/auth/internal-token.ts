import { createHash, timingSafeEqual } from 'node:crypto';
import { type Principal, principalOf } from '@edge-ocr/shared/access';
import { OcrError } from '@edge-ocr/shared/errors';
import {
  INTERNAL_TOKEN_ALGORITHM,
  INTERNAL_TOKEN_AUDIENCE,
  INTERNAL_TOKEN_ISSUER,
  INTERNAL_TOKEN_LIFETIME_SECONDS,
  type InternalClaims,
  internalClaimsSchema,
} from '@edge-ocr/shared/internal';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errors, type JWTPayload, jwtVerify } from 'jose';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on routes that only the edge may call. */
    claims: InternalClaims | null;
  }
}

/** Clocks of edge and node may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5;

/**
 * Let only the edge call the routes registered on this instance: the token must be signed, current, and made for
 * exactly this method, path and body. It is checked before the body is read, and the body against it after.
 * @param secrets of which any may have signed; undefined is none.
 */
export function requireInternalToken(app: FastifyInstance, secrets: readonly (string | undefined)[]): void {
  const keys = secrets.filter((secret) => secret !== undefined).map((secret) => new TextEncoder().encode(secret));
  app.decorateRequest('claims', null);
  app.addHook('onRequest', async (request, reply) => {
    const claims = await verify(request, keys);
    request.claims = claims;
    // From here on every line tells of whose request, and which job of it.
    request.log = request.log.child({ shop_id: claims.shop_id, ...(claims.job_id && { job_id: claims.job_id }) });
    reply.log = request.log;
  });
  app.addHook('preHandler', async (request) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const actual = createHash('sha256').update(body).digest();
    const expected = Buffer.from(request.claims?.body_sha256 ?? '', 'hex');
    if (expected.length !== actual.length || !timingSafeEqual(actual, expected)) throw refused('is for another body');
  });
}

/** Who the edge says is asking. Only on routes behind requireInternalToken. */
export function principalOfRequest(request: FastifyRequest): Principal {
  if (!request.claims) throw refused('is missing');
  return principalOf(request.claims);
}

/** The id under which the edge wants the result kept; undefined when it left that to the node. */
export function jobIdOfRequest(request: FastifyRequest): string | undefined {
  return request.claims?.job_id;
}

/**
 * Until when a connection that this request opens may last, in milliseconds since the epoch.
 * @throws OcrError UNAUTHORIZED when the edge vouches for no connection.
 */
export function connectedUntil(request: FastifyRequest): number {
  const seconds = request.claims?.connected_until;
  if (seconds === undefined) throw refused('is for no connection');
  return seconds * 1000;
}

async function verify(request: FastifyRequest, keys: readonly Uint8Array[]): Promise<InternalClaims> {
  const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
  if (scheme !== 'Bearer' || !token) throw refused('is missing');
  const payload = await verifiedPayload(token, keys).catch((cause) => {
    throw refused('is not valid', cause);
  });
  const claims = internalClaimsSchema.safeParse(payload);
  if (!claims.success) throw refused('has no valid claims', claims.error);
  const isForThis = claims.data.method === request.method && claims.data.target === request.url;
  if (!isForThis) throw refused('is for another request');
  return claims.data;
}

/** @throws what jose throws of the last key. */
async function verifiedPayload(token: string, keys: readonly Uint8Array[]): Promise<JWTPayload> {
  const [key, ...others] = keys;
  try {
    const { payload } = await jwtVerify(token, key!, {
      algorithms: [INTERNAL_TOKEN_ALGORITHM],
      issuer: INTERNAL_TOKEN_ISSUER,
      audience: INTERNAL_TOKEN_AUDIENCE,
      maxTokenAge: INTERNAL_TOKEN_LIFETIME_SECONDS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'iat'],
    });
    return payload;
  } catch (error) {
    if (others.length > 0 && error instanceof errors.JWSSignatureVerificationFailed)
      return await verifiedPayload(token, others);
    throw error;
  }
}

function refused(problem: string, cause?: unknown): OcrError {
  return new OcrError('UNAUTHORIZED', {
    message: `The internal token ${problem}`,
    suggestion: 'OCR nodes are called by the edge; send your request there.',
    cause,
  });
}
