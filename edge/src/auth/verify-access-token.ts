import { accessClaimsSchema, type Principal, principalOf } from '@edge-ocr/shared/access';
import { OcrError } from '@edge-ocr/shared/errors';
import { errors, jwtVerify } from 'jose';

/** Longer ones are refused unread; ours have about 400 characters. */
export const ACCESS_TOKEN_MAX_CHARS = 4096;

export interface AccessRules {
  /** The HS256 key. */
  readonly key: Uint8Array;
  readonly issuer: string;
  readonly audience: string;
  readonly clockToleranceSeconds: number;
}

/**
 * Who a client's access token says it is. The algorithm is fixed here, not taken from the token.
 * @throws OcrError UNAUTHORIZED
 */
export async function verifyAccessToken(token: string, rules: AccessRules): Promise<Principal> {
  if (token.length > ACCESS_TOKEN_MAX_CHARS) throw invalidToken('The access token is too long');
  const payload = await verifySignature(token, rules);
  const claims = accessClaimsSchema.safeParse(payload);
  if (!claims.success) throw invalidToken('The access token lacks a user, a shop or a usable scope');
  return principalOf(claims.data);
}

async function verifySignature(token: string, rules: AccessRules): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, rules.key, {
      algorithms: ['HS256'],
      issuer: rules.issuer,
      audience: rules.audience,
      clockTolerance: rules.clockToleranceSeconds,
      requiredClaims: ['exp', 'iss', 'aud'],
    });
    return payload;
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) throw invalidToken('The access token has expired', cause);
    if (cause instanceof errors.JOSEError) throw invalidToken('The access token is not valid', cause);
    throw cause;
  }
}

function invalidToken(message: string, cause?: unknown): OcrError {
  return new OcrError('UNAUTHORIZED', { message, cause });
}
