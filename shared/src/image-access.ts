/** What the edge has a node write into the log of who saw or removed which original. Internal: behind the edge's token. */
import { z } from 'zod';
import type { Principal } from './access.ts';
import { sha256Schema } from './internal.ts';

export const IMAGE_ACCESS_TARGET = '/internal/v1/image-access';
export const IMAGE_SWEEP_TARGET = '/internal/v1/image-sweeps';
/** Held by SYSTEM alone: the edge vouches for itself with it. */
export const SYSTEM_SCOPE = 'system';
export const USER_AGENT_MAX_CHARS = 500;
export const SWEEP_MAX_IMAGES = 1000;

/** One person's access to one image of the own shop; who it was stands in the token. */
export const imageAccessSchema = z.strictObject({
  sha256: sha256Schema,
  action: z.enum(['viewed', 'denied']).describe('denied: the shop has no such image.'),
  user_agent: z.string().max(USER_AGENT_MAX_CHARS).optional(),
  ip_address: z.union([z.ipv4(), z.ipv6()]).optional(),
});
export type ImageAccess = z.infer<typeof imageAccessSchema>;

/** Originals that retention removed in one step. */
export const imageSweepSchema = z.strictObject({
  deleted: z
    .array(z.strictObject({ shop_id: z.guid(), sha256: sha256Schema }))
    .min(1)
    .max(SWEEP_MAX_IMAGES),
});
export type ImageSweep = z.infer<typeof imageSweepSchema>;

const NOBODY = '00000000-0000-0000-0000-000000000000';
/** In whose name the system itself acts, as retention does. */
export const SYSTEM: Principal = { userId: NOBODY, shopId: NOBODY, scopes: [SYSTEM_SCOPE] };
