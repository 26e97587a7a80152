/** Tokens as the edge signs them for a node, and spoilt ones: made by hand, as an attacker would. */
import { createHash, createHmac, randomUUID } from 'node:crypto';

/** The wire between edge and node as it is documented; spelt out here, so that a change of it is noticed. */
export function internalClaims(method: string, target: string, body: Uint8Array) {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: 'edge-ocr/edge',
    aud: 'edge-ocr/node',
    iat: now,
    exp: now + 60,
    sub: randomUUID(),
    shop_id: randomUUID(),
    scope: 'ocr:read ocr:write',
    request_id: randomUUID(),
    method,
    target,
    body_sha256: createHash('sha256').update(body).digest('hex'),
  };
}

/** A compact JWS. @param algorithm none leaves the signature empty. */
export function signToken(claims: object, secret: string, algorithm: 'HS256' | 'none' = 'HS256'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: algorithm, typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${algorithm === 'none' ? '' : createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
