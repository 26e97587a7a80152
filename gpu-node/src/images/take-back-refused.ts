import { ShopErasedError } from '../persist/database.ts';
import type { ImageStore } from './image-store.ts';

/**
 * An image is stored before the row that speaks of it. Where that row is refused because the shop was erased meanwhile, the
 * image goes again, or it would outlive the erasure.
 * @throws what `work` throws.
 */
export async function takingBackRefused<T>(
  images: Pick<ImageStore, 'delete'>,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ShopErasedError) await images.delete(key);
    throw error;
  }
}
