import type { ImageSweep } from '@edge-ocr/shared/image-access';
import { causeOf, log } from '../log.ts';
import { ORIGINALS_PREFIX, parseOriginalKey } from './original-key.ts';

/** As many as R2 lists at a time, deletes at a time, and a node notes at a time. */
const PAGE_OBJECTS = 1000;
/** Where the last sweep stopped, when it did not come to the end. Not under the prefix of originals, so it is never swept. */
const POSITION_KEY = 'system/sweep-position';

export interface Sweep {
  readonly images: R2Bucket;
  /** Milliseconds since the epoch; what was uploaded then or earlier goes. */
  readonly uploadedUntil: number;
  /** Objects looked at, at most; the next sweep goes on behind them. */
  readonly maxObjects: number;
  /** Milliseconds since the epoch after which no further page is begun. */
  readonly stopAt: number;
  /** Writes one step into the access log. */
  readonly record: (sweep: ImageSweep) => Promise<void>;
}

export interface SweepOutcome {
  readonly seen: number;
  readonly deleted: number;
  /** Whether all originals were looked at; else the next sweep goes on. */
  readonly finished: boolean;
}

/**
 * Removes originals that were kept long enough, page by page. Removing comes first: an image that is kept too long is worse
 * than a line that is missing in the log, and what could not be noted there is counted in the Worker's log.
 * @throws what R2 throws; what was removed by then stays so, and the next sweep begins where this one did.
 */
export async function sweepOriginals(sweep: Sweep): Promise<SweepOutcome> {
  const { images } = sweep;
  let startAfter = await readPosition(images);
  let [seen, deleted, finished] = [0, 0, false];
  while (!finished && seen < sweep.maxObjects && (seen === 0 || Date.now() < sweep.stopAt)) {
    const limit = Math.min(PAGE_OBJECTS, sweep.maxObjects - seen);
    const page = await images.list({
      prefix: ORIGINALS_PREFIX,
      include: ['customMetadata'],
      limit,
      ...(startAfter && { startAfter }),
    });
    deleted += await removeExpired(page.objects, sweep);
    seen += page.objects.length;
    startAfter = page.objects.at(-1)?.key ?? startAfter;
    finished = !page.truncated;
  }
  if (finished || startAfter === undefined) await images.delete(POSITION_KEY);
  else await images.put(POSITION_KEY, startAfter);
  return { seen, deleted, finished };
}

async function readPosition(images: R2Bucket): Promise<string | undefined> {
  return (await (await images.get(POSITION_KEY))?.text()) || undefined;
}

async function removeExpired(objects: readonly R2Object[], { images, uploadedUntil, record }: Sweep): Promise<number> {
  const keys = objects.filter((object) => uploadedAt(object) <= uploadedUntil).map(({ key }) => key);
  if (keys.length === 0) return 0;
  await images.delete(keys);
  const deleted = keys.flatMap((key) => {
    const original = parseOriginalKey(key);
    return original ? [{ shop_id: original.shopId, sha256: original.sha256 }] : [];
  });
  if (deleted.length > 0) await recordTolerantly({ deleted }, record);
  return keys.length;
}

async function recordTolerantly(sweep: ImageSweep, record: Sweep['record']): Promise<void> {
  try {
    await record(sweep);
  } catch (error) {
    log('error', 'sweep_not_logged', { images: sweep.deleted.length, cause: causeOf(error).cause });
  }
}

/** When an original first came; R2's own time is that of the last write, which for a restored backup is the restore. */
function uploadedAt({ uploaded, customMetadata }: R2Object): number {
  const noted = Date.parse(customMetadata?.uploaded_at ?? '');
  return Number.isNaN(noted) ? uploaded.getTime() : noted;
}
