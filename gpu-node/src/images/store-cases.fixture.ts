/** For tests: what every ImageStore has to do. */
import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type ImageStore, imageKey } from './image-store.ts';

/** Leaves the store as it was. */
export async function expectStoreBehaviour(store: ImageStore): Promise<void> {
  const shopId = randomUUID();
  const keys = [1, 2, 3].map(() => imageKey(shopId, randomBytes(32).toString('hex')));
  const [first, second, third] = keys as [string, string, string];
  expect(await store.get(first)).toBeNull();
  await store.delete(first);

  const large = randomBytes(300_000);
  await store.put(first, large, 'image/jpeg');
  await store.put(second, new Uint8Array([1, 2, 3]), 'image/png');
  await store.put(first, large, 'image/jpeg');
  await Promise.all([1, 2, 3, 4].map(() => store.put(third, large, 'image/jpeg')));
  expect(Buffer.from((await store.get(first))!).equals(large)).toBe(true);
  expect([...(await store.get(second))!]).toEqual([1, 2, 3]);

  const listed = new Map<string, number>();
  for await (const { key, sizeBytes, storedAt } of store.list()) {
    if (!key.startsWith(`shop/${shopId}/`)) continue;
    listed.set(key, sizeBytes);
    expect(Math.abs(Date.now() - storedAt.getTime())).toBeLessThan(3_600_000);
  }
  expect(listed).toEqual(
    new Map([
      [first, 300_000],
      [second, 3],
      [third, 300_000],
    ]),
  );

  for (const key of ['shop/../../etc/passwd', `shop/${shopId}/../x`, '/etc/passwd', '', `${first}/x`]) {
    await expect(store.put(key, large, 'image/jpeg')).rejects.toThrow('Not the key of an image');
    await expect(store.get(key)).rejects.toThrow('Not the key of an image');
    await expect(store.delete(key)).rejects.toThrow('Not the key of an image');
  }

  for (const key of keys) await store.delete(key);
  expect(await store.get(first)).toBeNull();
  await expectShopDeletion(store);
}

async function expectShopDeletion(store: ImageStore): Promise<void> {
  const [gone, stays] = [randomUUID(), randomUUID()];
  // More than are deleted together.
  const keys = Array.from({ length: 25 }, () => imageKey(gone, randomBytes(32).toString('hex')));
  const other = imageKey(stays, randomBytes(32).toString('hex'));
  await Promise.all([...keys, other].map((key) => store.put(key, new Uint8Array([1]), 'image/jpeg')));
  const listed = async (shopId: string) => {
    const found: string[] = [];
    for await (const { key } of store.list(shopId)) found.push(key);
    return found.sort();
  };
  expect(await listed(gone)).toEqual([...keys].sort());
  let deleted = 0;
  const onDeleted = async (images: number) => {
    deleted += images;
  };
  await store.deleteShop(gone, onDeleted);
  await store.deleteShop(gone, onDeleted);
  expect(deleted).toBe(25);
  expect(await listed(gone)).toEqual([]);
  expect(await listed(stays)).toEqual([other]);
  await expect(store.deleteShop('../..', onDeleted)).rejects.toThrow('Not the id of a shop');
  await store.delete(other);
}
