import { sha256Schema } from '@edge-ocr/shared/internal';
import { z } from 'zod';

/** Under it lie the originals of all shops, and nothing else. */
export const ORIGINALS_PREFIX = 'shop/';

const keySchema = z.tuple([z.literal('shop'), z.guid(), sha256Schema]);

/** One image of one shop. */
export interface OriginalId {
  readonly shopId: string;
  readonly sha256: string;
}

/**
 * Where an original lies in R2. Whoever calls this has checked both parts; a key is checked once more, because a slash or a
 * dot in one of them would reach into another shop.
 * @throws Error when a part is not what it should be.
 */
export function originalKey({ shopId, sha256 }: OriginalId): string {
  const key = `${ORIGINALS_PREFIX}${shopId.toLowerCase()}/${sha256}`;
  if (!parseOriginalKey(key)) throw new Error('The key of an original is made of a UUID and a SHA-256');
  return key;
}

/** @returns null for a key that is not an original's. */
export function parseOriginalKey(key: string): OriginalId | null {
  const parsed = keySchema.safeParse(key.split('/'));
  return parsed.success ? { shopId: parsed.data[1], sha256: parsed.data[2] } : null;
}
