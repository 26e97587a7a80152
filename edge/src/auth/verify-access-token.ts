import { accessClaimsSchema, principalOf } from '@edge-ocr/shared/access';
import { OcrError } from '@edge-ocr/shared/errors';
import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { sha256Hex } from '../digest.ts';
import { type RemoteKeysSettings, remoteKeys } from './remote-keys.ts';
import { type Verified, VerifiedTokens } from './verified-tokens.ts';
import { verifyWithSecrets } from './verify-with-secrets.ts';

/** Longer ones are refused unread; ours have about 400 characters. */
export const ACCESS_TOKEN_MAX_CHARS = 4096;

/** Of public keys, and of nothing else: a shared secret never verifies one of these, nor a public key an HS256. */
const PUBLIC_ALGORITHMS = ['RS256', 'ES256'];

export interface AccessRules {
  /** HS256 keys, the present one first; empty when no secret is shared. */
  readonly secrets: readonly Uint8Array[];
  /** Where the public keys are, or null when there are none. */
  readonly jwks: RemoteKeysSettings | null;
  readonly issuer: string;
  readonly audience: string;
  readonly clockToleranceSeconds: number;
}

/**
 * Who a client's access token says it is. The token's algorithm only chooses between two families of keys that have
 * nothing in common; within a family it is fixed here.
 * @throws OcrError UNAUTHORIZED, OVERLOADED when the public keys cannot be had.
 */
export async function verifyAccessToken(token: string, rules: AccessRules): Promise<Verified> {
  if (token.length > ACCESS_TOKEN_MAX_CHARS) throw invalidToken('The access token is too long');
  const verified = verifiedUnder(rules);
  const hash = await sha256Hex(new TextEncoder().encode(token));
  const known = verified.find(hash);
  if (known) return known;
  const { alg, payload } = await verifySignature(token, rules);
  const claims = accessClaimsSchema.safeParse(payload);
  if (!claims.success) throw invalidToken('The access token lacks a user, a shop or a usable scope');
  const found = { principal: principalOf(claims.data), expiresAt: (payload.exp ?? 0) * 1000 };
  // Public keys may be taken back at any time, which only asking for the key again would show.
  if (alg === 'HS256') verified.remember(hash, found);
  return found;
}

const verifiedTokens = new WeakMap<AccessRules, VerifiedTokens>();

/** Rules of other secrets know other tokens. */
function verifiedUnder(rules: AccessRules): VerifiedTokens {
  const known = verifiedTokens.get(rules);
  if (known) return known;
  const verified = new VerifiedTokens();
  verifiedTokens.set(rules, verified);
  return verified;
}

async function verifySignature(token: string, rules: AccessRules): Promise<{ alg: string; payload: JWTPayload }> {
  try {
    const { protectedHeader, payload } = await verifyByFamily(token, rules);
    return { alg: protectedHeader.alg, payload };
  } catch (cause) {
    if (cause instanceof OcrError) throw cause;
    if (cause instanceof errors.JWTExpired) throw invalidToken('The access token has expired', cause);
    // decodeProtectedHeader has only TypeError for what is no token.
    if (cause instanceof errors.JOSEError || cause instanceof TypeError) {
      throw invalidToken('The access token is not valid', cause);
    }
    throw cause;
  }
}

async function verifyByFamily(token: string, rules: AccessRules) {
  const { alg = '' } = decodeProtectedHeader(token);
  const claims: JWTVerifyOptions = {
    issuer: rules.issuer,
    audience: rules.audience,
    clockTolerance: rules.clockToleranceSeconds,
    requiredClaims: ['exp', 'iss', 'aud'],
  };
  if (rules.jwks && PUBLIC_ALGORITHMS.includes(alg)) {
    return await jwtVerify(token, remoteKeys(rules.jwks), { ...claims, algorithms: PUBLIC_ALGORITHMS });
  }
  return await verifyWithSecrets(token, rules.secrets, { ...claims, algorithms: ['HS256'] });
}

function invalidToken(message: string, cause?: unknown): OcrError {
  return new OcrError('UNAUTHORIZED', { message, cause });
}
