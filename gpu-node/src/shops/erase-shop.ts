/** Removes all that this system keeps of a shop, and writes down that nothing is left. */
import { actorOf, recordAct } from '../audit/audit-log.ts';
import type { ImageStore } from '../images/image-store.ts';
import { alone } from '../persist/alone.ts';
import type { Database } from '../persist/database.ts';
import { batchStatement } from '../persist/delete-in-batches.ts';
import type { RedisClient } from '../redis.ts';
import { awaitOlderTransactions } from './await-older-transactions.ts';
import { countCacheEntries, deleteCacheEntries } from './erase-cache.ts';
import { blockShop, type ErasureReport, finishErasure, noteBefore, noteDeleted, openErasure } from './erasures.ts';
import { countShopRows, findShopRows, type ShopRows } from './shop-rows.ts';

export interface ErasePlaces {
  readonly db: Database;
  /** The nodes' image store, and the edge's where it can be reached. */
  readonly stores: readonly ImageStore[];
  readonly redis: RedisClient | null;
}

export interface EraseOptions {
  /** For the audit log. */
  readonly actor?: string;
  /** For transactions that began before the shop was kept out. */
  readonly waitMs: number;
  /** What is out of reach; goes into the report. */
  readonly leftToDo: readonly string[];
  readonly onProgress?: (line: string) => void;
}

/** So that no statement runs for long; a kill loses one batch at the most. */
const BATCH_ROWS = 1000;
/** What was on its way to an image store or to Redis while they were emptied is found by another pass. */
const PASSES = 3;
const CACHE = 'Redis';

/** What there is of the shop now, by place. Changes nothing. */
export async function countShop(places: ErasePlaces, shopId: string): Promise<Record<string, number>> {
  const counts = await countShopRows(places.db, shopId);
  for (const store of places.stores) counts[placeOf(store)] = await countImages(store, shopId);
  if (places.redis) counts[CACHE] = await countCacheEntries(places.redis, shopId);
  return counts;
}

/**
 * Keeps the shop out for good (until it is admitted again), and removes its rows, jobs, images and cached answers. May be
 * ended at any time: the next call goes on. Of a shop that is gone already it makes another report, of nothing.
 * @throws Error when another run erases the shop, an old transaction does not end, or something is still left after three
 *   passes; DatabaseAwayError; OcrError NETWORK_ERROR of an image store; what the Redis client throws.
 */
export async function eraseShop(
  places: ErasePlaces,
  shopId: string,
  options: EraseOptions,
): Promise<{ report: ErasureReport; sha256: string }> {
  const { db } = places;
  const { actor = actorOf(process.env), waitMs, leftToDo, onProgress = () => {} } = options;
  const erase = async () => {
    await recordAct(db, { actor, action: 'shop.erase', shopId });
    await blockShop(db, shopId);
    onProgress('The shop can write nothing new. Waiting for what is being written …');
    await awaitOlderTransactions(db, waitMs);
    const { id, isNew, counts } = await openErasure(db, shopId);
    if (!isNew) onProgress(`Going on with erasure ${id}.`);
    if (Object.keys(counts).length === 0) await noteBefore(db, id, await countShop(places, shopId));

    for (let pass = 1; pass <= PASSES; pass++) {
      await deleteAll(places, shopId, id, onProgress);
      const after = await countShop(places, shopId);
      const left = Object.entries(after).filter(([, count]) => count > 0);
      if (left.length === 0) return await finishErasure(db, shopId, id, { after, leftToDo });
      onProgress(`Still there: ${left.map(([place, count]) => `${count} in ${place}`).join(', ')}`);
    }
    throw new Error('Something of the shop is still there; run the same command again to go on.');
  };
  const erased = await alone(db, { name: 'edge-ocr.erase', of: shopId }, erase, SESSION_TIMEOUT_MS);
  if (!erased) throw new Error('Another run of this command erases the shop right now.');
  return erased;
}

/** The session only holds the lock. */
const SESSION_TIMEOUT_MS = 60_000;

async function deleteAll(
  { db, stores, redis }: ErasePlaces,
  shopId: string,
  erasure: string,
  onProgress: (line: string) => void,
): Promise<void> {
  for (const rows of await findShopRows(db)) {
    const deleted = await deleteRows(db, rows, shopId, erasure);
    if (deleted > 0) onProgress(`${deleted} rows of ${rows.table}`);
  }
  const noting = (place: string) => (deleted: number) => noteDeleted(db, erasure, place, deleted);
  for (const store of stores) await store.deleteShop(shopId, noting(placeOf(store)));
  if (redis) await deleteCacheEntries(redis, shopId, noting(CACHE));
}

async function deleteRows(
  db: Database,
  { place, table, condition }: ShopRows,
  shopId: string,
  erasure: string,
): Promise<number> {
  for (let deleted = 0; ; ) {
    const batch = await db.transaction(async (tx) => {
      const { rowCount } = await tx.query(batchStatement(table, condition, BATCH_ROWS), [shopId]);
      await noteDeleted(tx, erasure, place, rowCount);
      return rowCount;
    });
    deleted += batch;
    if (batch < BATCH_ROWS) return deleted;
  }
}

function placeOf(store: ImageStore): string {
  return `images in ${store.name}`;
}

async function countImages(store: ImageStore, shopId: string): Promise<number> {
  let count = 0;
  for await (const _ of store.list(shopId)) count++;
  return count;
}
