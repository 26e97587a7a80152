import { SignJWT } from 'jose';

export interface TokenRequest {
  readonly userId: string;
  readonly shopId: string;
  readonly scope: string;
  readonly lifetimeSeconds: number;
}

/** The shop and user of the local stack when none are asked for. */
export const LOCAL_SHOP_ID = '00000000-0000-4000-8000-000000000001';
export const LOCAL_USER_ID = '00000000-0000-4000-8000-000000000002';

/** An access token as an identity provider would issue it, for the Worker's default issuer and audience. */
export function signAccessToken(secret: string, request: TokenRequest): Promise<string> {
  return new SignJWT({ shop_id: request.shopId, scope: request.scope })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(request.userId)
    .setIssuer('edge-ocr')
    .setAudience('edge-ocr')
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + request.lifetimeSeconds)
    .sign(new TextEncoder().encode(secret));
}
