import { alone } from '../persist/alone.ts';
import type { Database } from '../persist/database.ts';
import { recordSweep } from '../persist/image-access-log.ts';
import { type ImageStore, parseImageKey } from './image-store.ts';

/** Images that are recorded and deleted together. */
const PAGE = 100;
/** For a sweep of a large store, in which the connection only holds the lock. */
const LOCK_STATEMENT_TIMEOUT_MS = 60_000;

/**
 * Delete images that were stored longer ago than `maxAgeMs`. Each is in the access log before it is gone: after a crash in
 * between the log says it twice, never not at all.
 * @returns how many were deleted; null when another node sweeps the same store right now.
 */
export async function sweepImages(images: ImageStore, db: Database, maxAgeMs: number): Promise<number | null> {
  const sweep = async () => {
    const before = Date.now() - maxAgeMs;
    let deleted = 0;
    const page: string[] = [];
    const sweepPage = async () => {
      const keys = page.splice(0);
      if (keys.length === 0) return;
      const swept = keys.map(parseImageKey).map(({ shopId, sha256 }) => ({ shop_id: shopId, sha256 }));
      await recordSweep(db, { deleted: swept }, 'retention');
      for (const key of keys) await images.delete(key);
      deleted += keys.length;
    };
    for await (const { key, storedAt } of images.list()) {
      if (storedAt.getTime() < before) page.push(key);
      if (page.length === PAGE) await sweepPage();
    }
    await sweepPage();
    return deleted;
  };
  return await alone(db, { name: 'edge-ocr.image-sweep', of: images.name }, sweep, LOCK_STATEMENT_TIMEOUT_MS);
}
