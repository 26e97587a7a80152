import { createHash } from 'node:crypto';
import { parse, stringify } from 'uuid';

/** How much of a UUIDv7 is its time. */
const TIME_BYTES = 6;

/**
 * The id of a batch's image: a UUIDv7 of the batch's time, the same whenever the batch is read again. So a batch that is
 * repeated after a node has died keeps no image twice.
 * @param batchId UUIDv7.
 */
export function imageIdOf(batchId: string, index: number): string {
  const bytes = createHash('sha256').update(`${batchId}/${index}`).digest().subarray(0, 16);
  bytes.set(parse(batchId).subarray(0, TIME_BYTES));
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return stringify(bytes);
}
