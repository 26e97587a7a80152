import type { Principal } from '@edge-ocr/shared/access';
import {
  INTERNAL_TOKEN_ALGORITHM,
  INTERNAL_TOKEN_AUDIENCE,
  INTERNAL_TOKEN_ISSUER,
  INTERNAL_TOKEN_LIFETIME_SECONDS,
  type InternalClaims,
} from '@edge-ocr/shared/internal';
import { SignJWT } from 'jose';

/** The one request that a token vouches for. */
export interface VouchedRequest {
  readonly principal: Principal;
  readonly requestId: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query exactly as sent to the node. */
  readonly target: string;
  readonly bodySha256: string;
  /** UUIDv7 under which the result is to be kept; the same for every node that is asked. */
  readonly jobId?: string | undefined;
  /** Until when the connection that the request opens may last, in seconds since the epoch. */
  readonly connectedUntil?: number | undefined;
}

/** A token by which a node knows that the edge has checked who asks for exactly this. */
export async function signInternalToken(request: VouchedRequest, key: Uint8Array): Promise<string> {
  const claims: InternalClaims = {
    sub: request.principal.userId,
    shop_id: request.principal.shopId,
    scope: request.principal.scopes.join(' '),
    request_id: request.requestId,
    method: request.method,
    target: request.target,
    body_sha256: request.bodySha256,
    ...(request.jobId && { job_id: request.jobId }),
    ...(request.connectedUntil !== undefined && { connected_until: request.connectedUntil }),
  };
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: INTERNAL_TOKEN_ALGORITHM })
    .setIssuer(INTERNAL_TOKEN_ISSUER)
    .setAudience(INTERNAL_TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${INTERNAL_TOKEN_LIFETIME_SECONDS}s`)
    .sign(key);
}
