import { z } from 'zod';

export const SCOPES = ['ocr:read', 'ocr:write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Claims of a client's access token beyond `exp`, `iss` and `aud`, which the verifier checks. */
export const accessClaimsSchema = z.object({
  // In lower case, as PostgreSQL writes them: one shop has one spelling in every key.
  sub: z.guid().toLowerCase().describe('The user.'),
  shop_id: z.guid().toLowerCase().describe('The tenant; a user belongs to one shop.'),
  scope: z.string().max(500).default('').describe('Scopes, separated by spaces.'),
});

/** Who is asking, as verified. */
export interface Principal {
  readonly userId: string;
  readonly shopId: string;
  readonly scopes: readonly string[];
}

export function principalOf(claims: z.infer<typeof accessClaimsSchema>): Principal {
  return { userId: claims.sub, shopId: claims.shop_id, scopes: claims.scope.split(' ').filter(Boolean) };
}

/** `admin` may do everything. */
export function hasScope(principal: Principal, scope: Scope): boolean {
  return principal.scopes.includes(scope) || principal.scopes.includes('admin');
}
