import {
  IMAGE_ACCESS_TARGET,
  IMAGE_SWEEP_TARGET,
  type ImageAccess,
  type ImageSweep,
  USER_AGENT_MAX_CHARS,
} from '@edge-ocr/shared/image-access';
import { z } from 'zod';
import { forwardJson, type Vouching } from '../nodes/forward.ts';
import { dataOf } from '../nodes/read-reply.ts';

/** The address as Cloudflare saw it. */
const CLIENT_ADDRESS_HEADER = 'cf-connecting-ip';
const addressSchema = z.union([z.ipv4(), z.ipv6()]);

/**
 * Has a node note who saw an image, or asked for one that the shop does not have. Resolves when it is in the database.
 * @throws OcrError when no node could note it.
 */
export async function recordAccess(
  access: Pick<ImageAccess, 'sha256' | 'action'>,
  headers: Headers,
  by: Vouching,
): Promise<void> {
  const userAgent = headers.get('user-agent')?.slice(0, USER_AGENT_MAX_CHARS);
  const address = addressSchema.safeParse(headers.get(CLIENT_ADDRESS_HEADER));
  const noted: ImageAccess = {
    ...access,
    ...(userAgent && { user_agent: userAgent }),
    ...(address.success && { ip_address: address.data }),
  };
  dataOf(await forwardJson(IMAGE_ACCESS_TARGET, noted, by));
}

/** Has a node note which originals retention removed. @throws OcrError when no node could note it. */
export async function recordSweep(sweep: ImageSweep, by: Vouching): Promise<void> {
  dataOf(await forwardJson(IMAGE_SWEEP_TARGET, sweep, by));
}
