export interface Claims {
  readonly sub: string;
  readonly shop_id: string;
  readonly scope?: string;
  readonly exp: number;
}

/** Read, not verified: the edge verifies; here they only say what to show. null: not a token of ours. */
export function claimsOf(token: string): Claims | null {
  try {
    const payload = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const read = JSON.parse(atob(payload)) as Claims;
    return typeof read.exp === 'number' && typeof read.shop_id === 'string' ? read : null;
  } catch {
    return null;
  }
}

/**
 * Whether a person can go on with this token. Without a connection an expired one still says whose images are put into
 * the queue; nothing is sent with it.
 */
export function isUsable(claims: Claims | null, { now, online }: { now: number; online: boolean }): boolean {
  return claims !== null && (!online || claims.exp * 1000 > now);
}
